# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts url."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.read import all_named, running, some_hosts, the_cloud


@click.command()
@some_hosts()
def command(names: Sequence[str]) -> None:
    """Show the URL of dockerd on hosts; on the active one where none is named."""
    chosen = all_named(names)
    cloud = the_cloud()
    for name in chosen:
        print(running(cloud.host(name)).URL)
