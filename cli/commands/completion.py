# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print the script that completes docker-hosts in a shell.

    The command docker hosts is completed by the docker client's own script, from docker completion bash.
    """
    from cli.completion import PROGRAM
    from cli.group import commands
    from cli.main import SCRIPTS

    kind = get_completion_class(shell)
    if kind is None:
        raise click.BadParameter(f"{shell} has no script")
    print(kind(commands, {}, PROGRAM, SCRIPTS).source())
