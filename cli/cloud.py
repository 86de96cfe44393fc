# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts as the cloud has them, read by the collection's own client; what is seen is kept for completion."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cli import cache, contexts, lean
from cli.contexts import LOCAL
from cli.fleet import OWN_CLOUD
from cli.hosts import DECLARED, Host, local, told

lean.prepare()

from ansible_collections.heatdock.hosts.plugins.module_utils._client import Client, CloudOptions  # noqa: E402
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, suggestion  # noqa: E402
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG, Heat  # noqa: E402
from ansible_collections.heatdock.hosts.plugins.module_utils._outputs import outputs_of  # noqa: E402
from ansible_collections.heatdock.hosts.plugins.module_utils._stack_info import Wanted, read_stacks  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cli.fleet import Fleet

    Row = Mapping[str, Any]

AT_A_TIME = 8
"""Stacks that are read at a time."""


class Cloud:
    """One cloud, asked for its hosts."""

    def __init__(self, fleet: Fleet, own_clouds: str | None = None) -> None:
        """Take the fleet, or the one cloud that a file of its own describes; nothing is sent yet."""
        self.fleet = fleet
        settings = fleet.settings
        usual = CloudOptions(settings.cloud or None, settings.clouds_files)
        self.client = Client(CloudOptions(OWN_CLOUD, [own_clouds]) if own_clouds else usual)
        self.heat = Heat(self.client)
        self.name = settings.cloud or "OS_*"
        self._seen = cache.read(cache.HOSTS)

    def hosts(self) -> list[Host]:
        """List the hosts: the local daemon first, then those of the cloud and of the inventory."""
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            known = pool.submit(_contexts)
            self.client.project_id()  # one token for the calls that follow side by side
            servers = pool.submit(self._servers)
            rows = self.heat.tagged(TAG)
            outputs = dict(zip((row["id"] for row in rows), pool.map(self._outputs, rows), strict=True))
            found = [self._told(row, outputs[row["id"]], servers) for row in rows]
        self._keep(found)
        names = {host.Name for host in found}
        waiting = [self._waiting(name) for name in self.fleet.settings.declared if name not in names]
        hosts = sorted([*found, *waiting], key=lambda host: host.Name)
        return _with_contexts(hosts, known.result())

    def host(self, name: str) -> Host:
        """Read one host of the cloud."""
        found = self.find(name)
        if found is None:
            raise HeatdockError(self._unknown(name))
        return found

    def find(self, name: str) -> Host | None:
        """Read one host of the cloud; None when it has none of the name."""
        row = next((row for row in self.heat.named([name]) if TAG in (row.get("tags") or ())), None)
        stack = self.heat.stack(row) if row else None
        if stack is None:
            return None
        outputs = outputs_of(stack)
        server = self.heat.server(outputs["server_id"]) if outputs.get("server_id") else None
        return told(stack, outputs, server, Cloud=self.name, Declared=name in self.fleet.settings.declared)

    def inspected(self, name: str) -> dict[str, Any]:
        """Return all that is known of one host, hidden parameters masked."""
        host = self.host(name)
        (stack,) = read_stacks(self.client, Wanted(name=host.stack["id"], tags=[TAG], resources=True, inputs=True))
        server = self.heat.server(host.outputs["server_id"]) if host.outputs.get("server_id") else None
        active = _contexts().get(name, ("", False))[1]
        about = {key.capitalize(): value for key, value in stack.items() if key not in ("name", "template")}
        return {**replace(host, Active=active).shown(), **about, "Server": server or {}}

    def _outputs(self, row: Row) -> Row:
        """Read a stack's outputs, unless they were read when it was as it is now."""
        kept = self._seen.get(row["stack_name"], {})
        if (version := _version(row)) and kept.get("version") == version:
            return dict(kept["outputs"])
        stack = self.heat.stack(dict(row))
        return outputs_of(stack) if stack else {}

    def _servers(self) -> dict[str, Row]:
        return {row["id"]: row for row in self.client.pages("compute", "/servers/detail", "servers")}

    def _told(self, row: Row, outputs: Row, servers: Future[dict[str, Row]]) -> Host:
        declared = row["stack_name"] in self.fleet.settings.declared
        server = servers.result().get(str(outputs.get("server_id")))
        return told(row, outputs, server, Cloud=self.name, Declared=declared)

    def _waiting(self, name: str) -> Host:
        return Host(Name=name, State=DECLARED, Cloud=self.name, Declared=True)

    def remember(self, name: str) -> None:
        """Keep a host that is new."""
        if found := self.find(name):
            self._keep([found], before=cache.read(cache.HOSTS))

    @staticmethod
    def forget(names: Sequence[str]) -> None:
        """Keep nothing of hosts that are gone."""
        cache.write(cache.HOSTS, {name: seen for name, seen in cache.read(cache.HOSTS).items() if name not in names})

    @staticmethod
    def _keep(hosts: Sequence[Host], before: Mapping[str, Any] | None = None) -> None:
        """Keep what is needed next time, and nothing that is secret."""
        seen = {
            **(before or {}),
            **{host.Name: {"version": _version(host.stack), "outputs": _kept(host)} for host in hosts},
        }
        cache.write(cache.HOSTS, seen)

    def _unknown(self, name: str) -> str:
        if name in self.fleet.settings.declared:
            return f"host {name} is declared and not there yet; make it with docker hosts create {name}"
        known = [row["stack_name"] for row in self.heat.tagged(TAG)]
        return f"there is no host {name} in cloud {self.name}; {suggestion(name, known) if known else 'it has none'}"


KEPT = ("server_id", "docker_endpoint", "engine_version", "address", "floating_address", "fixed_address")
"""The outputs that a listing needs."""


def _kept(host: Host) -> dict[str, Any]:
    return {name: host.outputs[name] for name in KEPT if host.outputs.get(name)}


def _version(row: Row) -> list[Any]:
    """Return by what a stack that is no longer the same is known; one that is at work never is."""
    at_work = "_IN_PROGRESS" in row["stack_status"]
    return [] if at_work else [row["id"], row["stack_status"], row.get("updated_time")]


def _contexts() -> dict[str, tuple[str, bool]]:
    """Return the client's contexts; a machine without the client has hosts all the same."""
    try:
        return contexts.listed()
    except HeatdockError:
        return {}


def _with_contexts(hosts: Sequence[Host], known: Mapping[str, tuple[str, bool]]) -> list[Host]:
    url, active = known.get(LOCAL, ("", False))
    marked = [replace(host, Active=known.get(host.Name, ("", False))[1]) for host in hosts]
    return [local(url, active=active), *marked]
