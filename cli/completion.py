# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shell completion: through the docker client's own, and by scripts for the shells alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem, ShellComplete, shell_complete

from cli.group import commands

if TYPE_CHECKING:
    import click

    from cli.protocol import Call

PROGRAM = "docker-hosts"
NO_FILES, FILES = 4, 0
"""The client's directives: whether the shell is to offer files, too."""


def completions(arguments: list[str], incomplete: str) -> list[CompletionItem]:
    """Return what may stand at the end of a command line."""
    return ShellComplete(commands, {}, PROGRAM, "").get_completions(arguments, incomplete)


def for_docker(call: Call) -> int:
    """Answer the client: a line for each completion, then the directive."""
    *before, incomplete = call.arguments or ("",)
    items = completions(before, incomplete)
    for item in items:
        if item.type == "plain":
            print(f"{item.value}\t{item.help}" if item.help and call.described else item.value)
    print(f":{FILES if any(item.type != 'plain' for item in items) else NO_FILES}")
    return 0


def for_shell(instruction: str) -> int:
    """Answer one of the scripts."""
    from cli.main import SCRIPTS

    return shell_complete(commands, {}, PROGRAM, SCRIPTS, instruction)


def host_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a host's name from what was last seen; nobody is asked."""
    from cli import cache

    return [CompletionItem(name) for name in cache.names() if name.startswith(incomplete)]
