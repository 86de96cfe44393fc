# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts status."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.read import all_named, some_hosts, the_cloud


@click.command()
@some_hosts()
def command(names: Sequence[str]) -> None:
    """Show the state of hosts; of the active one where none is named."""
    from cli.hosts import DECLARED

    chosen = all_named(names)
    cloud = the_cloud()
    for name in chosen:
        host = cloud.find(name)
        if host is None and name in cloud.fleet.settings.declared:
            print(DECLARED)
        else:
            print((host or cloud.host(name)).State)
