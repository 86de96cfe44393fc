# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command library says of a wrong command line, in one sentence of the project's own manner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable


def sentence(error: click.ClickException, program: str) -> str:
    """Say what is wrong and what helps."""
    text = _reason(error)
    if not isinstance(error, click.UsageError):
        return text
    path = error.ctx.command_path if error.ctx else program
    return f"{text}; see {path} --help"


def _reason(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        known = _options(error.ctx) if error.ctx else ()
        return f"there is no option {quoted(error.option_name)}; {suggestion(error.option_name, known)}"
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else "an argument"
        return f"{name.strip('[].')} is missing"
    if isinstance(error, click.BadParameter) and error.param:
        return f"{_name(error.param)}: {_one_line(error.message)}"
    return _one_line(error.message)


def _name(parameter: click.Parameter) -> str:
    """Return an option's first long name, which is today's, or an argument's own."""
    long = [name for name in parameter.opts if name.startswith("--")]
    return long[0] if long else str(parameter.human_readable_name)


def _options(context: click.Context) -> Iterable[str]:
    """Return the options that a command shows."""
    options = (item for item in context.command.get_params(context) if isinstance(item, click.Option))
    return [name for item in options if not item.hidden for name in item.opts]


def _one_line(text: str) -> str:
    """Put click's sentences, with their capital and full stop, into the middle of ours."""
    line = " ".join(text.split()).rstrip(".")
    return line[:1].lower() + line[1:]
