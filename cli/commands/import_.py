# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from ansible_collections.heatdock.hosts.plugins.module_utils._declared import name_problems
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, listed, suggestion

from cli import contexts, declaration
from cli.choices import OPTIONAL, lacking
from cli.commands import create
from cli.contexts import CLIENTS_OWN, LOCAL
from cli.fleet import Fleet, the_fleet
from cli.machine import FILES, Machine, read_store, usual_store
from cli.options import Given, given


@click.command()
@click.argument("names", metavar="[MACHINE]...", nargs=-1)
@click.option("--store", type=click.Path(file_okay=False, path_type=Path), help="docker-machine's folder.")
def command(names: Sequence[str], store: Path | None) -> None:
    """Declare docker-machine's hosts on OpenStack, and make docker contexts of them; all where none is named.

    A context reaches the host that docker-machine made. Nothing in the cloud is touched: docker hosts create makes the
    declared host anew, as a Heat stack, and points the context at it; docker-machine rm removes the old one.
    """
    machines, others = read_store(store or usual_store())
    chosen = _chosen(names, machines, others)
    fleet = the_fleet()
    for machine, wanted in [(machine, _given(machine)) for machine in chosen]:
        print(f"{machine.name}: {', '.join([_declared(fleet, machine.name, wanted), _context(machine)])}")
        if missing := _missing(fleet, wanted):
            print(f"{machine.name}: say {listed(missing)} in {fleet.declaration} before it is made")
        if not machine.has_own_key_pair:
            print(f"{machine.name}: its key pair was docker-machine's own and is left out")
    for name, driver in others.items():
        if not names:
            print(f"{name}: left out, it is one of docker-machine's driver {driver}")


def _chosen(names: Sequence[str], machines: Sequence[Machine], others: dict[str, str]) -> list[Machine]:
    """Return the machines that are meant; one that is not there, or cannot be a host, is an error."""
    known = {machine.name: machine for machine in machines}
    for name in names:
        if name in others:
            raise HeatdockError(
                f"machine {name} is one of docker-machine's driver {others[name]}; hosts are OpenStack's"
            )
        if name not in known:
            raise HeatdockError(f"docker-machine has no machine {name} on OpenStack; {suggestion(name, known)}")
    if not machines:
        raise HeatdockError("docker-machine has no machine on OpenStack")
    chosen = [known[name] for name in names] or list(machines)
    for machine in chosen:
        _refuse_name(machine.name)
    return chosen


def _refuse_name(name: str) -> None:
    """Refuse a name that docker-machine takes and no host can have."""
    reasons = [CLIENTS_OWN] if name == LOCAL else name_problems(name)
    if reasons:
        raise HeatdockError(
            f"machine {name}: {reasons[0]}; leave it out by naming the others, and make its like with docker hosts "
            "create under another name"
        )


def _given(machine: Machine) -> Given:
    """Take its flags as create does."""
    context = create.command.make_context("create", [*machine.words(), machine.name])
    return given(context.params)


def _declared(fleet: Fleet, name: str, wanted: Given) -> str:
    if name in fleet.settings.declared:
        return "was declared already"
    declaration.add(fleet.declaration, name, wanted.declared())
    return f"declared in {fleet.declaration}"


def _context(machine: Machine) -> str:
    """Make a context of what docker-machine knows."""
    files = machine.files
    if not machine.url or len(files) < len(FILES):
        return "no docker context, since docker-machine has no address or no certificates of it"
    if contexts.endpoint(machine.name) is not None:
        return "its docker context was there already"
    material = ",".join([f"host={machine.url}", *(f"{kind}={path}" for kind, path in files.items())])
    about = "Imported from docker-machine"
    contexts.docker("context", "create", machine.name, "--description", about, "--docker", material)
    return f"docker context {machine.name} for {machine.url}"


def _missing(fleet: Fleet, wanted: Given) -> list[str]:
    """Name the parameters that no host can do without and that are said nowhere."""
    known = {*fleet.settings.inherited, *wanted.parameters}
    boots = str(wanted.parameters.get("boot_volume", ""))
    return [name for name in lacking(known, boots) if name not in OPTIONAL]
