# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts rm."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli import contexts
from cli.contexts import LOCAL
from cli.read import all_named, some_hosts, the_cloud


@click.command()
@some_hosts(required=True)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("-f", "--force", is_flag=True, help="Do not ask, and pass over hosts that are not there.")
def command(names: Sequence[str], yes: bool, force: bool) -> None:
    """Remove hosts with all that is in them, their declarations and their docker contexts.

    What belongs to you stays: key pairs, security groups, and volumes that were not made with the host.
    """
    from cli import declaration
    from cli.plays import carry_out
    from cli.unfinished import Unfinished

    chosen = all_named(names)
    cloud = the_cloud()
    fleet = cloud.fleet
    there = [name for name in chosen if name in fleet.settings.declared or cloud.find(name)]
    for name in chosen:
        if name not in there and not force:
            cloud.host(name)
    if not there:
        return
    if not (yes or force):
        click.confirm(f"Remove {', '.join(there)} with all containers, images and volumes?", abort=True)
    stranger: dict[str, dict[str, str]] = {name: {} for name in there if name not in fleet.settings.declared}
    if active := [name for name in there if name == contexts.active()]:
        contexts.use(LOCAL)
    carry_out(fleet, ["destroy"], there, variables={"confirm": "yes"}, undeclared=stranger)
    declaration.remove(fleet.declaration, there)
    for name in there:
        Unfinished(fleet, name).remove()
    cloud.forget(there)
    print("\n".join(there))
    if active:
        print(f"{LOCAL}, the local daemon, is now the active host")
