# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands that read have in common: their arguments, and the hosts these mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

from cli import contexts
from cli.completion import host_names
from cli.contexts import LOCAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.cloud import Cloud
    from cli.hosts import Host


def one_host(*, required: bool = False) -> Any:
    """Take one host's name, the active host's unless it is given."""
    return click.argument("name", metavar="HOST", required=required, shell_complete=host_names)


def some_hosts(*, required: bool = False) -> Any:
    """Take hosts' names, the active host's unless there is any."""
    return click.argument("names", metavar="HOST", nargs=-1, required=required, shell_complete=host_names)


def the_cloud() -> Cloud:
    """Return the fleet's cloud; imported only now, since the OpenStack libraries take their time."""
    from cli.cloud import Cloud
    from cli.fleet import the_fleet

    return Cloud(the_fleet())


def named(name: str | None) -> str:
    """Return a host's name: as given, or the active host's."""
    chosen = name or contexts.active()
    if chosen == LOCAL:
        reason = "no host is named and the active one" if not name else "that"
        raise HeatdockError(f"{reason} is the local daemon; name a host, docker hosts ls lists them")
    return chosen


def all_named(names: Sequence[str]) -> list[str]:
    """Return hosts' names, each once: as given, or the active host's."""
    return list(dict.fromkeys(named(name) for name in names or [""]))


def some(names: Sequence[str]) -> Iterator[Host]:
    """Go through hosts as the cloud has them, those that are named or the active one."""
    chosen = all_named(names)
    cloud = the_cloud()
    return (cloud.host(name) for name in chosen)


def running(host: Host) -> Host:
    """Return a host on which dockerd is to be expected; any other is an error that says what to do."""
    if host.is_running and host.URL:
        return host
    remedies = {"Stopped": "start", "Saved": "start", "Paused": "start", "Error": "logs"}
    remedy = remedies.get(host.State, "status")
    raise HeatdockError(
        f"host {host.Name} is not running, it is {host.State.lower()}; try docker hosts {remedy} {host.Name}"
    )
