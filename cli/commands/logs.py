# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.read import named, one_host, the_cloud

if TYPE_CHECKING:
    from cli.cloud import Cloud
    from cli.hosts import Host

EVENTS, LINES = 100, 100


@click.command()
@one_host()
@click.option("-n", "--tail", default=LINES, metavar="NUMBER", show_default=True, help="Lines of the console.")
@click.option("--events/--no-events", default=True, help="What Heat did.")
@click.option("--console/--no-console", default=True, help="What the host printed.")
def command(name: str | None, tail: int, events: bool, console: bool) -> None:
    """Show what Heat did with a host, and the end of its console; of the active one where none is named."""
    chosen = named(name)
    cloud = the_cloud()
    host = cloud.host(chosen)
    if events:
        _show_events(cloud, host)
    if console and host.outputs.get("server_id"):
        print(cloud.heat.console(host.outputs["server_id"], tail).rstrip())


def _show_events(cloud: Cloud, host: Host) -> None:
    """Print the events, the oldest first."""
    for event in reversed(cloud.heat.events(dict(host.stack), EVENTS)):
        reason = event.get("resource_status_reason") or ""
        told = f": {reason}" if event["resource_status"].endswith("_FAILED") else ""
        print(f"{event['event_time']}  {event['resource_name']} {event['resource_status']}{told}")
