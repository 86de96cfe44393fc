# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts create."""

from __future__ import annotations

import time
from typing import Any

import click
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import VARIABLE_PREFIX

from cli import declaration
from cli.choices import completed
from cli.contexts import CLIENTS_OWN, LOCAL
from cli.options import SANS, Given, given, options
from cli.own_cloud import cloud_of
from cli.plays import play
from cli.unfinished import Unfinished

PLAYBOOKS = ("provision", "configure", "connect")


@click.command(params=options())
@click.argument("name", metavar="HOST")
@click.option("-d", "--driver", default="openstack", help="There is one: openstack.", metavar="DRIVER")
@click.option("--ephemeral", is_flag=True, help="Write it into no file: it is in the cloud alone.")
@click.option("--use/--no-use", default=True, help="Make it the active host; that is what happens by default.")
def command(name: str, driver: str, ephemeral: bool, use: bool, **values: Any) -> None:
    """Make a host, and make it the active one.

    It is declared in the fleet's inventory/hosts.yml, with what is given here and what the others there have in common,
    and then made as site.yml would. What is not said is taken from the cloud where that has one choice, and asked for
    on a terminal where it has several. The names of 2014 and of docker-machine are taken, too.

    Run again after it was interrupted, it goes on from there.
    """
    if driver != "openstack":
        raise click.UsageError(f'there is no driver "{driver}"; hosts are made on OpenStack alone, leave -d out')
    if name == LOCAL:
        raise click.UsageError(f"{CLIENTS_OWN}; choose another")
    wanted = given(values)
    if ephemeral and SANS in wanted.variables:
        raise click.UsageError("--tls-san needs a declaration to be kept in; leave --ephemeral out")
    began = time.monotonic()
    host = _Host(name, wanted, ephemeral=ephemeral)
    host.begin()
    host.make(use=use)
    active = "created and is now the active host. Docker commands are run on it" if use else "created"
    print(f'"{name}" has been {active}. ({time.monotonic() - began:.0f} s)')


class _Host:
    """A host that is being made."""

    def __init__(self, name: str, wanted: Given, *, ephemeral: bool) -> None:
        self._name = name
        self._wanted = wanted
        self._cloud = cloud_of(wanted.cloud)
        self._fleet = self._cloud.fleet
        self._unfinished = Unfinished(self._fleet, name)
        self._ephemeral = ephemeral
        self._wrote = False

    def begin(self) -> None:
        """Find out whether it can be made, and declare it."""
        there = self._cloud.find(self._name)
        declared = self._name in self._fleet.settings.declared
        begun = self._unfinished.read()
        complete = there is not None and there.stack["stack_status"].endswith("_COMPLETE")
        if begun is None and (complete or (there is not None and not declared)):
            raise HeatdockError(
                f"host {self._name} exists already in cloud {self._cloud.name}; choose another name, or make it the "
                f"active one with docker hosts use {self._name}"
            )
        if begun is not None or declared:
            self._go_on(begun)
        else:
            known = {*self._fleet.settings.inherited, *self._wanted.parameters}
            boots = str(self._wanted.parameters.get("boot_volume", ""))
            missing = completed(self._cloud.client, known, boots)
            self._wanted.parameters = {**missing, **self._wanted.parameters}
            self._declare()

    def _go_on(self, begun: dict[str, Any] | None) -> None:
        """Take up what was begun or is declared; other values than it has are an error."""
        own = begun if begun is not None else declaration.variables_of(self._fleet.declaration, self._name) or {}
        others = [key for key, value in self._wanted.declared().items() if own.get(key) != value]
        if others:
            names = ", ".join(key.removeprefix(VARIABLE_PREFIX) for key in others)
            raise HeatdockError(
                f"host {self._name} is {'begun' if begun is not None else 'declared'} with other values of {names}; "
                f"leave the options out to go on with it, or remove it with docker hosts rm {self._name}"
            )
        self._ephemeral = begun is not None and self._name not in self._fleet.settings.declared
        self._wanted = Given(variables=dict(own))
        if begun is None:
            self._unfinished.write(own)

    def _declare(self) -> None:
        values = self._wanted.declared()
        self._unfinished.write(values)
        if not self._ephemeral:
            declaration.add(self._fleet.declaration, self._name, values)
            self._wrote = True

    def make(self, *, use: bool) -> None:
        """Make it; what failed before anything was made is taken back."""
        undeclared = {self._name: self._wanted.declared()} if self._ephemeral else None
        variables = {"docker_context_current": use}
        try:
            well = play(self._fleet, PLAYBOOKS, [self._name], variables=variables, undeclared=undeclared)
        except KeyboardInterrupt:
            click.echo(self._where_it_stands("interrupted"), err=True)
            raise
        if not well:
            self._take_back()
            raise click.exceptions.Exit(1)
        self._unfinished.remove()
        self._cloud.remember(self._name)

    def _take_back(self) -> None:
        if self._cloud.find(self._name) is not None:
            click.echo(self._where_it_stands("not finished"), err=True)
            return
        self._unfinished.remove()
        if self._wrote:
            declaration.remove(self._fleet.declaration, [self._name])

    def _where_it_stands(self, what: str) -> str:
        return (
            f"host {self._name} is {what}: docker hosts ls shows where it stands, docker hosts create {self._name} "
            f"goes on, docker hosts rm {self._name} removes it"
        )
