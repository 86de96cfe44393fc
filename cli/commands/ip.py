# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts ip."""

from __future__ import annotations

from collections.abc import Sequence

import click
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

from cli.read import some, some_hosts


@click.command()
@some_hosts()
def command(names: Sequence[str]) -> None:
    """Show the address of hosts; of the active one where none is named."""
    for host in some(names):
        if not host.Address:
            raise HeatdockError(f"host {host.Name} has no address yet, it is {host.State.lower()}")
        print(host.Address)
