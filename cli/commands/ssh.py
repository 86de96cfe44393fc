# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts ssh."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.read import named, one_host


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@one_host()
@click.argument("words", metavar="[COMMAND]...", nargs=-1, type=click.UNPROCESSED)
def command(name: str | None, words: Sequence[str]) -> None:
    """Log in to a host, or run a command there; the active one where none is named.

    Only the keys that the host told the cloud are trusted. Exits with what the command exits with, or 255 when ssh does
    not get there. What begins with a hyphen before the command is an option of ssh's own.
    """
    from cli.remote import alias, become, prepared

    chosen = named(name)
    fleet = prepared([chosen])
    options, rest = _split(words)
    become("ssh", "-F", str(fleet.ssh_config), *options, alias(chosen), *rest)


WITH_VALUE = frozenset(f"-{letter}" for letter in "BbcDEeFIiJLlmOopQRSWw")
"""Options of ssh that are followed by a value."""


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part ssh's own options from the command."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        if words[at] == "--":
            return list(words[:at]), list(words[at + 1 :])
        at += 2 if words[at] in WITH_VALUE else 1
    return list(words[:at]), list(words[at:])
