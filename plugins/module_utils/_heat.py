# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Heat's API, call by call, and the one call of Nova's that tells why a host does not report to Heat.

A `row` is a stack as a listing or a read of Heat shows it: `id`, `stack_name`, `stack_status`, `tags` and more.

PRIVATE to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import NotFoundError
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

Row = dict[str, Any]

NAMES_PER_LISTING = 40
"""So many of the longest names fit into the 4096 bytes that uwsgi allows a request line."""

NESTED_DEPTH = 5

TAG = "heatdock"
"""The tag of every stack that is a host of ours."""


class Cloud(Protocol):
    """What is needed of a cloud: one call, and a listing."""

    def call(
        self, service: str, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: Any = None
    ) -> Any:
        """Send one request."""

    def pages(self, service: str, path: str, key: str, query: Sequence[tuple[str, str]] = ()) -> Iterator[Row]:
        """List a collection."""

    def project(self) -> str:
        """Name the project."""


class Heat:
    """The stacks of one project."""

    def __init__(self, cloud: Cloud) -> None:
        """Take the cloud; nothing is sent yet."""
        self._cloud = cloud

    def tagged(self, tag: str) -> list[Row]:
        """List the stacks that carry a tag."""
        return list(self._cloud.pages("orchestration", "/stacks", "stacks", [("tags", tag)]))

    def named(self, names: Iterable[str]) -> list[Row]:
        """List the stacks that have one of these names."""
        wanted = sorted(set(names))
        found: list[Row] = []
        for start in range(0, len(wanted), NAMES_PER_LISTING):
            query = [("name", name) for name in wanted[start : start + NAMES_PER_LISTING]]
            found += self._cloud.pages("orchestration", "/stacks", "stacks", query)
        return found

    def stack(self, row: Row) -> Row | None:
        """Read a stack with its outputs; None when it is gone."""
        try:
            return dict(self._get(_path(row))["stack"])
        except NotFoundError:
            return None

    def source(self, row: Row) -> Source:
        """Read the template, values and files that a stack was last given."""
        template = self._get(f"{_path(row)}/template")
        environment = self._get(f"{_path(row)}/environment")
        files = self._get(f"{_path(row)}/files") if "get_file" in json.dumps(template) else {}
        return Source(
            template,
            environment.get("parameters") or {},
            environment.get("parameter_defaults") or {},
            files or {},
            row["stack_name"],
        )

    def create(self, source: Source, tags: Sequence[str], timeout_mins: int) -> Row:
        """Start the creation of a stack."""
        body = {"stack_name": source.stack_name, **_inputs(source, tags, timeout_mins)}
        answer = self._cloud.call("orchestration", "POST", "/stacks", body=body)
        return {"id": answer["stack"]["id"], "stack_name": source.stack_name, "stack_status": "CREATE_IN_PROGRESS"}

    def update(self, row: Row, source: Source, tags: Sequence[str], timeout_mins: int) -> None:
        """Start an update to exactly these inputs."""
        self._cloud.call("orchestration", "PUT", _path(row), body=_inputs(source, tags, timeout_mins))

    def check_update(self, row: Row, source: Source, tags: Sequence[str], timeout_mins: int) -> None:
        """Let Heat validate an update without starting it."""
        self._cloud.call("orchestration", "PUT", f"{_path(row)}/preview", body=_inputs(source, tags, timeout_mins))

    def delete(self, row: Row) -> None:
        """Start the deletion of a stack; one that is gone already is well."""
        try:
            self._cloud.call("orchestration", "DELETE", _path(row))
        except NotFoundError:
            return

    def resources(self, row: Row) -> list[Row]:
        """List a stack's resources, those of nested stacks too."""
        query = [("nested_depth", str(NESTED_DEPTH))]
        return list(self._cloud.call("orchestration", "GET", f"{_path(row)}/resources", query=query)["resources"])

    def events(self, row: Row, limit: int) -> list[Row]:
        """Return the last events of a stack and its nested ones, the newest first."""
        query = [("sort_dir", "desc"), ("limit", str(limit)), ("nested_depth", str(NESTED_DEPTH))]
        return list(self._cloud.call("orchestration", "GET", f"{_path(row)}/events", query=query)["events"])

    def properties_schema(self, resource_type: str) -> dict[str, Any] | None:
        """Describe the properties of a resource type; None for a type Heat does not describe."""
        try:
            return dict(self._get(f"/resource_types/{resource_type}")["properties"])
        except NotFoundError:
            return None

    def mark_unhealthy(self, row: Row, resource: str, reason: str) -> None:
        """Make the next update replace a resource."""
        self._mark(row, resource, unhealthy=True, reason=reason)

    def mark_healthy(self, row: Row, resource: str, reason: str) -> None:
        """Take such a mark back."""
        self._mark(row, resource, unhealthy=False, reason=reason)

    def _mark(self, row: Row, resource: str, *, unhealthy: bool, reason: str) -> None:
        body = {"mark_unhealthy": unhealthy, "resource_status_reason": reason}
        self._cloud.call("orchestration", "PATCH", f"{_path(row)}/resources/{resource}", body=body)

    def console(self, server_id: str, lines: int) -> str:
        """Read the end of a server's console."""
        body = {"os-getConsoleOutput": {"length": lines}}
        return str(self._cloud.call("compute", "POST", f"/servers/{server_id}/action", body=body)["output"])

    def _get(self, path: str) -> dict[str, Any]:
        return dict(self._cloud.call("orchestration", "GET", path) or {})


def _path(row: Row) -> str:
    return f"/stacks/{row['stack_name']}/{row['id']}"


def _inputs(source: Source, tags: Sequence[str], timeout_mins: int) -> dict[str, Any]:
    """Return the body that says all of what a stack is to be; a failure is to leave everything where it is."""
    environment = {"parameters": source.parameters, "parameter_defaults": source.parameter_defaults}
    return {
        "template": source.template,
        "environment": environment,
        "files": source.files,
        "tags": ",".join(tags),
        "timeout_mins": timeout_mins,
        "disable_rollback": True,
    }
