# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts in every state of a stack's life: made by the module, and by what happens to stacks without it."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from tests.scale import modules
from tests.scale.cloud import ACCESS, HOST, ROOT, TEMPLATE

if TYPE_CHECKING:
    from pathlib import Path

CONTAINER = str(ROOT / ".lab/scale/containers/heatdock-scale/container")
PAUSE = 0.5
LONGEST_WAIT = 180.0

CHEAP: dict[str, Any] = {
    "heat_template_version": "2018-08-31",
    "parameters": {
        "ssh_user": {"type": "string", "default": "debian"},
        "ready_timeout": {"type": "number", "default": 0},
    },
    "conditions": {"broken": {"equals": [{"get_param": "ssh_user"}, "broken"]}},
    "resources": {
        "thing": {
            "type": "OS::Heat::TestResource",
            "properties": {
                "value": {"get_param": "ssh_user"},
                "fail": {"if": ["broken", True, False]},
                "action_wait_secs": {
                    "create": {"get_param": "ready_timeout"},
                    "update": {"get_param": "ready_timeout"},
                },
            },
        }
    },
}
"""A host without a server: `ssh_user` is its value, "broken" makes it fail, `ready_timeout` is how long it takes."""


@dataclass
class Lab:
    """What tests do to hosts of one prefix, through the module and behind its back."""

    cloud: Any
    folder: Path
    prefix: str
    template: dict[str, Any] | None = None
    extra: list[Any] = field(default_factory=list)

    def name(self, number: int = 1) -> str:
        """Name a host."""
        return f"{self.prefix}-{number}"

    def arguments(self, *hosts: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Return the module's arguments for hosts; without any there is one, all but its name as usual."""
        path = TEMPLATE
        if self.template is not None:
            path = str(self.folder / f"{self.prefix}.yaml")
            (self.folder / f"{self.prefix}.yaml").write_text(yaml.safe_dump(self.template), encoding="utf-8")
        return {**ACCESS, "template": path, "hosts": list(hosts) or [self.host()], **options}

    def host(self, number: int = 1, **changes: Any) -> dict[str, Any]:
        """Declare a host."""
        usual = HOST if self.template is None else {}
        return {"name": self.name(number), **usual, **changes}

    def run(self, *hosts: dict[str, Any], check: bool = False, diff: bool = False, **options: Any) -> modules.Result:
        """Run the module."""
        return modules.run("docker_hosts", self.arguments(*hosts, **options), check=check, diff=diff)

    def start(self, *hosts: dict[str, Any], **options: Any) -> subprocess.Popen[str]:
        """Start the module; `modules.result` waits for it."""
        return modules.start("docker_hosts", self.arguments(*hosts, **options))

    def told(self, result: modules.Result, number: int = 1) -> dict[str, Any]:
        """Return what the module told of a host."""
        assert "hosts" in result.returned, result.message + result.stderr
        return dict(result.returned["hosts"][self.name(number)])

    def stacks(self) -> list[dict[str, Any]]:
        """List the stacks of the prefix; for a moment Heat lists one that is deleted, too."""
        rows = self.cloud.orchestration.get("/stacks").json()["stacks"]
        there = [row for row in rows if row["stack_status"] != "DELETE_COMPLETE"]
        return [row for row in there if row["stack_name"].startswith(f"{self.prefix}-")]

    def stack(self, number: int = 1) -> dict[str, Any] | None:
        """Return a host's stack, if there is one."""
        return next((row for row in self.stacks() if row["stack_name"] == self.name(number)), None)

    def status(self, number: int = 1) -> str:
        """Return the status of a host's stack; empty when there is none."""
        return str((self.stack(number) or {}).get("stack_status", ""))

    def wait(self, *statuses: str, number: int = 1) -> str:
        """Wait until a host's stack is at rest, or has one of these statuses."""
        deadline = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < deadline:
            status = self.status(number)
            if status in statuses or (not statuses and not status.endswith("_IN_PROGRESS")):
                return status
            time.sleep(PAUSE)
        raise AssertionError(f"{self.name(number)} is still {self.status(number)}")

    def path(self, number: int = 1) -> str:
        """Return the path of a host's stack."""
        row = self.stack(number)
        assert row
        return f"/stacks/{row['stack_name']}/{row['id']}"

    def resources(self, number: int = 1) -> dict[str, dict[str, Any]]:
        """Return the resources of a host's stack by name."""
        rows = self.cloud.orchestration.get(f"{self.path(number)}/resources").json()["resources"]
        return {row["resource_name"]: row for row in rows}

    def ids(self, number: int = 1) -> dict[str, str]:
        """Return the physical IDs of a host's resources."""
        return {name: row["physical_resource_id"] for name, row in self.resources(number).items()}

    def create(self, parameters: dict[str, Any], *, tags: str = "heatdock", rollback: bool = False) -> str:
        """Create a host's stack as others do, and return how it ends."""
        body = self._body(parameters, tags, rollback=rollback) | {"stack_name": self.name()}
        answer = self.cloud.orchestration.post("/stacks", json=body)
        assert answer.ok, answer.text
        return self.wait()

    def update(self, parameters: dict[str, Any], *, tags: str = "heatdock", rollback: bool = False) -> None:
        """Start the update of a host's stack as others do."""
        answer = self.cloud.orchestration.put(self.path(), json=self._body(parameters, tags, rollback=rollback))
        assert answer.ok, answer.text

    def _body(self, parameters: dict[str, Any], tags: str, *, rollback: bool) -> dict[str, Any]:
        return {
            "template": self.template,
            "environment": {"parameters": parameters},
            "tags": tags,
            "disable_rollback": not rollback,
            "timeout_mins": 5,
        }

    def act(self, action: str) -> str:
        """Have Heat act on a host's stack, and return how it ends."""
        assert self.cloud.orchestration.post(f"{self.path()}/actions", json={action: None}).ok
        return self.wait()

    def delete(self, number: int = 1) -> None:
        """Start the deletion of a host's stack as others do."""
        assert self.cloud.orchestration.delete(self.path(number)).ok

    def delete_server(self) -> None:
        """Delete a host's server behind Heat's back."""
        server = self.cloud.compute.find_server(self.ids()["server"])
        self.cloud.compute.delete_server(server)
        self.cloud.compute.wait_for_delete(server)

    def use_group(self, group_id: str) -> Any:
        """Make a port that uses a security group, which then cannot be deleted; it is removed at the end."""
        network = self.cloud.network.find_network(HOST["network"])
        port = self.cloud.network.create_port(
            network_id=network.id, name=f"{self.prefix}-foreign", security_group_ids=[group_id]
        )
        self.extra.append(port)
        return port

    def forget(self, statement: str) -> None:
        """Change what Heat's database says of a host's stack, as if the engine had lost sight of it.

        A stand-in: stopping the engine for real would disturb the other tests on this lab.
        """
        row = self.stack()
        assert row
        sql = f"UPDATE stack SET {statement} WHERE id = '{row['id']}'"  # noqa: S608 - both are this test's own
        subprocess.run([CONTAINER, "exec", "mariadb", "heat", "-e", sql], check=True)

    def clear(self) -> None:
        """Remove all of it."""
        for port in self.extra:
            self.cloud.network.delete_port(port)
        self.extra.clear()
        for row in self.stacks():
            self.cloud.orchestration.delete(f"/stacks/{row['stack_name']}/{row['id']}")
        deadline = time.monotonic() + LONGEST_WAIT
        while self.stacks() and time.monotonic() < deadline:
            time.sleep(PAUSE)
            for row in self.stacks():
                if row["stack_status"].endswith("_FAILED"):
                    self.cloud.orchestration.delete(f"/stacks/{row['stack_name']}/{row['id']}")
