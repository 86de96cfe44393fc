# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host is, told from its stack, its server and its declaration: pure data, nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import plain_reason

from cli.contexts import LOCAL

Row = Mapping[str, Any]

RUNNING = "Running"
DECLARED = "Declared"
OF_STACK = {
    "CREATE_IN_PROGRESS": "Creating",
    "UPDATE_IN_PROGRESS": "Updating",
    "ROLLBACK_IN_PROGRESS": "Updating",
    "CHECK_IN_PROGRESS": "Checking",
    "DELETE_IN_PROGRESS": "Removing",
    "SUSPEND_IN_PROGRESS": "Saving",
    "RESUME_IN_PROGRESS": "Starting",
    "SUSPEND_COMPLETE": "Saved",
    "CREATE_FAILED": "Error",
    "DELETE_FAILED": "Error",
}
"""The state of a host whose stack is in one of these, whatever its server says."""
OF_TASK = {"powering-on": "Starting", "powering-off": "Stopping", "rebooting": "Restarting", "deleting": "Removing"}
OF_SERVER = {
    "ACTIVE": RUNNING,
    "SHUTOFF": "Stopped",
    "PAUSED": "Paused",
    "SUSPENDED": "Saved",
    "SHELVED": "Saved",
    "SHELVED_OFFLOADED": "Saved",
    "BUILD": "Creating",
    "REBUILD": "Creating",
    "REBOOT": "Restarting",
    "HARD_REBOOT": "Restarting",
}
GONE = "its server is gone; docker hosts provision makes a new one"


@dataclass(frozen=True)
class Host:
    """One host, by the names under which --format knows its fields."""

    Name: str
    Active: bool = False
    State: str = ""
    URL: str = ""
    Engine: str = ""
    Cloud: str = ""
    Address: str = ""
    Errors: str = ""
    Declared: bool = False
    stack: Row = field(default_factory=dict, repr=False)
    outputs: Row = field(default_factory=dict, repr=False)

    def shown(self) -> dict[str, Any]:
        """Return the fields that are for a user."""
        return {name: getattr(self, name) for name in FIELDS}

    @property
    def is_running(self) -> bool:
        """Whether dockerd is to be expected there."""
        return self.State == RUNNING


FIELDS = ("Name", "Active", "State", "URL", "Engine", "Cloud", "Address", "Errors", "Declared")


def told(stack: Row, outputs: Row, server: Row | None, **more: Any) -> Host:
    """Return the host of a stack; its server is None where Nova does not know it."""
    state, errors = _state(stack, outputs, server)
    return Host(
        Name=stack["stack_name"],
        State=state,
        URL=outputs.get("docker_endpoint") or "",
        Engine=outputs.get("engine_version") or "",
        Address=_address(outputs),
        Errors=errors,
        stack=stack,
        outputs=outputs,
        **more,
    )


def local(url: str, *, active: bool) -> Host:
    """Return the local daemon."""
    return Host(Name=LOCAL, Active=active, URL=url)


def _address(outputs: Row) -> str:
    return str(outputs.get("address") or outputs.get("floating_address") or outputs.get("fixed_address") or "")


def _state(stack: Row, outputs: Row, server: Row | None) -> tuple[str, str]:
    """Return a host's state, and what is wrong with it."""
    status = stack["stack_status"]
    errors = ""
    if status.endswith("_FAILED"):
        errors = f"{status}: {plain_reason(stack.get('stack_status_reason'))}"
    if status in OF_STACK:
        return OF_STACK[status], errors
    if server is None:
        return ("Error", errors or GONE) if outputs.get("server_id") else (status.capitalize(), errors)
    if server["status"] == "ERROR":
        return "Error", errors or plain_reason((server.get("fault") or {}).get("message"))
    state = OF_SERVER.get(server["status"], server["status"].capitalize())
    return OF_TASK.get(server.get("OS-EXT-STS:task_state") or "", state), errors
