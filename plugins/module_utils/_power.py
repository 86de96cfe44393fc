# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The power of a host's servers, through Nova: Heat can only suspend a stack and resume it.

PRIVATE to the collection.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._changes import PropertyChange, ResourcePlan, StackPlan
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, plain_reason, quoted
from ansible_collections.heatdock.hosts.plugins.module_utils._host import CHECKED, Outcome
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import SERVER
from ansible_collections.heatdock.hosts.plugins.module_utils._servers import awaited, is_at_work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat, Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._stacks import Stacks
    from ansible_collections.heatdock.hosts.plugins.module_utils._watch import Watch

RUNNING, OFF = "ACTIVE", "SHUTOFF"
ACTIONS = {"started": "start", "stopped": "stop", "restarted": "restart"}
"""What is done to a host for each state."""

_START: dict[str, dict[str, Any]] = {
    OFF: {"os-start": None},
    "PAUSED": {"unpause": None},
    "SUSPENDED": {"resume": None},
    "SHELVED": {"unshelve": None},
    "SHELVED_OFFLOADED": {"unshelve": None},
}
_REQUESTS: dict[str, Mapping[str, dict[str, Any]]] = {
    "start": _START,
    "stop": {RUNNING: {"os-stop": None}},
    "restart": {**_START, RUNNING: {"reboot": {"type": "SOFT"}}},
}
"""By action, what Nova is asked for of a server in each status."""
_GOALS = {"start": RUNNING, "stop": OFF, "restart": RUNNING}


class Power:
    """Starts and stops the servers of one host at a time; safe to use from many threads."""

    def __init__(self, heat: Heat, stacks: Stacks, watch: Watch, timeout: int, *, check: bool) -> None:
        """Take the API and how many seconds a server may take; with `check` nothing is written or waited for."""
        self._heat = heat
        self._stacks = stacks
        self._watch = watch
        self._timeout = timeout
        self._check = check

    def bring(self, outcome: Outcome, action: str) -> None:
        """Start, stop or restart a host's servers, unless they are as wanted."""
        row = self._ready(outcome)
        servers = self._servers(row)
        if row["stack_status"].startswith("SUSPEND_"):
            self._resume(outcome, row, servers, action)
            return
        if row["stack_status"].endswith("_FAILED") and row["stack_status"] not in CHECKED:
            outcome.notes.append(f"its stack is {row['stack_status']}; state=present goes on from there")
        wanted = {name: _request(name, server, action) for name, server in servers.items()}
        self._tell(outcome, action, {name: servers[name] for name, request in wanted.items() if request})
        if self._check:
            return
        for name, request in wanted.items():
            if request:
                self._heat.act_on_server(servers[name]["id"], request)
        for name, request in wanted.items():
            if request:
                self._reached(name, servers[name], _GOALS[action])

    def _ready(self, outcome: Outcome) -> Row:
        if not outcome.stack:
            raise HeatdockError("does not exist; make it with state=present")
        outcome.stack = (self._stacks.supposed if self._check else self._stacks.ready)(outcome.stack) or {}
        if not outcome.stack:
            raise HeatdockError("was deleted meanwhile; make it with state=present")
        return outcome.stack

    def _servers(self, row: Row) -> dict[str, Row]:
        """Read the servers of a stack that Nova is done with."""
        found = [item for item in self._heat.resources(row) if item["resource_type"] == SERVER]
        ids = {item["resource_name"]: item["physical_resource_id"] for item in found if item["physical_resource_id"]}
        servers = {name: self._calm(name, server_id) for name, server_id in ids.items()}
        if not servers:
            raise HeatdockError(f"has no server, its stack is {row['stack_status']}; repair it with state=present")
        return servers

    def _calm(self, name: str, server_id: str) -> Row:
        """Read a server once no other action is at work on it."""
        server = self._server(name, server_id)
        if self._check or not is_at_work(server):
            return server
        return self._waited_for(name, server_id, lambda row: not is_at_work(row))

    def _server(self, name: str, server_id: str) -> Row:
        server = self._heat.server(server_id)
        if server is None:
            raise HeatdockError(
                f"its {name} was deleted behind Heat's back; find it so with state=checked, then state=present makes "
                "a new one"
            )
        if server["status"] == "ERROR":
            reason = plain_reason((server.get("fault") or {}).get("message"))
            raise HeatdockError(f"its {name} is in ERROR ({reason}); make it anew with state=replaced")
        return server

    def _resume(self, outcome: Outcome, row: Row, servers: Mapping[str, Row], action: str) -> None:
        """Wake a stack that Heat suspended: Nova alone would leave Heat believing that it sleeps."""
        if action == "stop":
            raise HeatdockError("its stack is suspended by Heat; resume it with state=started, then stop it")
        outcome.notes.append("its stack is suspended by Heat and is resumed")
        self._tell(outcome, action, servers)
        if not self._check:
            outcome.stack = self._stacks.resume(row)

    def _tell(self, outcome: Outcome, action: str, servers: Mapping[str, Row]) -> None:
        """Say what happens, as the plan of an update does."""
        if not servers:
            return
        outcome.action = action
        goal = _GOALS[action]
        resources = []
        for name, server in servers.items():
            after = f"{goal} (restarted)" if server["status"] == goal else goal
            change = PropertyChange("status", server["status"], after)
            resources.append(ResourcePlan(name, SERVER, "update", [change]))
        outcome.plan = StackPlan(resources)

    def _reached(self, name: str, server: Row, goal: str) -> None:
        self._waited_for(name, server["id"], lambda row: row["status"] == goal and not is_at_work(row))

    def _waited_for(self, name: str, server_id: str, is_done: Callable[[Row], bool]) -> Row:
        return awaited(partial(self._server, name, server_id), is_done, self._watch, self._timeout, name)


def _request(name: str, server: Row, action: str) -> dict[str, Any] | None:
    """Return what Nova is to be asked for; None for a server that is as wanted."""
    status = server["status"]
    if status == _GOALS[action] and action != "restart":
        return None
    if status not in _REQUESTS[action]:
        known = ", ".join([*_REQUESTS[action], _GOALS[action]])
        raise HeatdockError(
            f"its {name} is {quoted(status)}, and a host can be {_participle(action)} out of {known}; bring it there "
            "with openstack server"
        )
    return _REQUESTS[action][status]


def _participle(action: str) -> str:
    return next(state for state, name in ACTIONS.items() if name == action)
