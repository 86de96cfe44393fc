# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts url."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.read import running, some, some_hosts


@click.command()
@some_hosts()
def command(names: Sequence[str]) -> None:
    """Show the URL of dockerd on hosts; on the active one where none is named."""
    for host in some(names):
        print(running(host).URL)
