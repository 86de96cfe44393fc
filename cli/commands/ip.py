# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts ip."""

from __future__ import annotations

from collections.abc import Sequence

import click
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

from cli.read import all_named, some_hosts, the_cloud


@click.command()
@some_hosts()
def command(names: Sequence[str]) -> None:
    """Show the address of hosts; of the active one where none is named."""
    chosen = all_named(names)
    cloud = the_cloud()
    for name in chosen:
        host = cloud.host(name)
        if not host.Address:
            raise HeatdockError(f"host {name} has no address yet, it is {host.State.lower()}")
        print(host.Address)
