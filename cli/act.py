# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands that change hosts have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import VARIABLE_PREFIX

from cli import contexts
from cli.read import all_named, the_cloud

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cli.cloud import Cloud
    from cli.hosts import Host

ANSWERS_WITHIN = 600.0
"""Seconds that a host that was started may take until dockerd answers."""


class Chosen:
    """The hosts of a command, as the cloud has them."""

    def __init__(self, names: Sequence[str]) -> None:
        """Read them; one that is not there is an error."""
        wanted = all_named(names)
        self.cloud: Cloud = the_cloud()
        self.hosts: list[Host] = [self.cloud.host(name) for name in wanted]

    @property
    def names(self) -> list[str]:
        """Name them."""
        return [host.Name for host in self.hosts]

    def carry_out(self, *playbooks: str, **variables: Any) -> None:
        """Run playbooks for them."""
        from cli.plays import carry_out

        more = undeclared(self.hosts)
        carry_out(self.cloud.fleet, playbooks, self.names, variables=variables, undeclared=more)

    def bring(self, state: str) -> None:
        """Start, stop or restart their servers."""
        self.carry_out("state", state=state)

    def await_docker(self) -> None:
        """Wait until dockerd answers on them."""
        for host in self.hosts:
            await_docker(host)


def undeclared(hosts: Sequence[Host]) -> Mapping[str, Mapping[str, Any]]:
    """Return the hosts that no file declares, with what their stacks were made from."""
    from ansible_collections.heatdock.hosts.plugins.module_utils._outputs import parameters_of

    return {
        host.Name: {
            f"{VARIABLE_PREFIX}{name}": value
            for name, value in parameters_of(host.stack).items()
            if value not in (None, "")
        }
        for host in hosts
        if not host.Declared
    }


def await_docker(host: Host) -> None:
    """Wait until dockerd answers on a host that this machine has a context of."""
    from pathlib import Path

    from ansible_collections.heatdock.hosts.plugins.module_utils._dockerd import ask

    known = contexts.endpoint(host.Name)
    if known is None or not known.folder:
        return
    answer = ask(known.url, Path(known.folder), ANSWERS_WITHIN)
    if answer.kind != "taken":
        raise HeatdockError(
            f"host {host.Name} runs, but dockerd does not take this machine's client ({answer.reason}); "
            f"try docker hosts use {host.Name}"
        )
