# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Heat's API, call by call, and the few calls of Nova's and Neutron's that tell what Heat does not.

A `row` is a stack as a listing or a read of Heat shows it: `id`, `stack_name`, `stack_status`, `tags` and more.

PRIVATE to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import NoAnswerError, NotFoundError
from ansible_collections.heatdock.hosts.plugins.module_utils._template import TEMPLATE_SUFFIXES, Source

Row = dict[str, Any]

NAMES_PER_LISTING = 40
"""So many of the longest names fit into the 4096 bytes that uwsgi allows a request line."""

NESTED_DEPTH = 5
LAST_EVENTS = 10
"""Among so many of a resource's events the newest of its present self is: others of the same second may come first."""

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

    def project_id(self) -> str:
        """Return the project's ID."""


class Heat:
    """The stacks of one project."""

    def __init__(self, cloud: Cloud, *, rollback: bool = False) -> None:
        """Take the cloud, and whether Heat takes back an update that fails; nothing is sent yet."""
        self._cloud = cloud
        self._rollback = rollback

    def tagged(self, tag: str) -> list[Row]:
        """List the project's stacks that carry a tag."""
        return self._listed([("tags", tag)])

    def tagged_anywhere(self, tag: str) -> list[Row]:
        """List all stacks with a tag that Heat shows: those of every project, each with its `project`, to an admin."""
        return list(self._rows([("tags", tag)]))

    def all(self, tags: Iterable[str] = ()) -> list[Row]:
        """List the project's stacks, those alone that carry all of some tags."""
        query = [("tags", ",".join(tags))] if tags else []
        return self._listed(query)

    def named(self, names: Iterable[str]) -> list[Row]:
        """List the stacks that have one of these names."""
        wanted = sorted(set(names))
        found: list[Row] = []
        for start in range(0, len(wanted), NAMES_PER_LISTING):
            query = [("name", name) for name in wanted[start : start + NAMES_PER_LISTING]]
            found += self._listed(query)
        return found

    def _listed(self, query: Sequence[tuple[str, str]]) -> list[Row]:
        """List stacks of the project; Heat shows an administrator alone those of every project, and whose they are."""
        ours = self._cloud.project_id()
        return [row for row in self._rows(query) if row.get("project", ours) == ours]

    def _rows(self, query: Sequence[tuple[str, str]]) -> Iterator[Row]:
        return filter(_is_there, self._cloud.pages("orchestration", "/stacks", "stacks", query))

    def stack(self, row: Row, *, outputs: bool = True) -> Row | None:
        """Read a stack, with its outputs unless they are not wanted; None when it is gone."""
        query = [] if outputs else [("resolve_outputs", "false")]
        try:
            stack = dict(self._get(_path(row), query)["stack"])
        except NotFoundError:
            return None
        return stack if _is_there(stack) else None

    def source(self, row: Row) -> Source:
        """Read the template, values and files that a stack was last given."""
        template = self._get(f"{_path(row)}/template")
        environment = self._get(f"{_path(row)}/environment")
        registry = environment.get("resource_registry") or {}
        text = json.dumps([template, registry])
        has_files = any(word in text for word in ("get_file", *TEMPLATE_SUFFIXES))
        return Source(
            template,
            environment.get("parameters") or {},
            environment.get("parameter_defaults") or {},
            self._get(f"{_path(row)}/files") if has_files else {},
            row["stack_name"],
            registry,
            environment.get("event_sinks") or [],
        )

    def create(self, source: Source, tags: Sequence[str], timeout_mins: int) -> Row:
        """Start the creation of a stack."""
        body = {"stack_name": source.stack_name, **_inputs(source, tags, timeout_mins)}
        answer = self._cloud.call("orchestration", "POST", "/stacks", body=body)
        return {"id": answer["stack"]["id"], "stack_name": source.stack_name, "stack_status": "CREATE_IN_PROGRESS"}

    def update(self, row: Row, source: Source, tags: Sequence[str], timeout_mins: int) -> None:
        """Start an update to exactly these inputs."""
        body = _inputs(source, tags, timeout_mins) | {"disable_rollback": not self._rollback}
        self._cloud.call("orchestration", "PUT", _path(row), body=body)

    def check_update(self, row: Row, source: Source, tags: Sequence[str], timeout_mins: int) -> None:
        """Let Heat validate an update without starting it."""
        self._cloud.call("orchestration", "PUT", f"{_path(row)}/preview", body=_inputs(source, tags, timeout_mins))

    def check_create(self, source: Source) -> None:
        """Let Heat judge a creation with all its values, without starting it."""
        body = {
            "stack_name": source.stack_name,
            "template": source.template,
            "environment": source.environment,
            "files": source.files,
        }
        self._cloud.call("orchestration", "POST", "/stacks/preview", body=body)

    def validate(self, source: Source) -> None:
        """Let Heat judge a template with its files and values."""
        body = {"template": source.template, "environment": source.environment, "files": source.files}
        self._cloud.call("orchestration", "POST", "/validate", body=body)

    def delete(self, row: Row) -> None:
        """Start the deletion of a stack; one that is gone already is well."""
        try:
            self._cloud.call("orchestration", "DELETE", _path(row))
        except NotFoundError:
            return

    def act(self, row: Row, action: str) -> None:
        """Start an action of Heat's on a stack as it is: check or resume."""
        self._cloud.call("orchestration", "POST", f"{_path(row)}/actions", body={action: None})

    def resources(self, row: Row) -> list[Row]:
        """List a stack's resources, those of nested stacks too."""
        query = [("nested_depth", str(NESTED_DEPTH))]
        return list(self._cloud.call("orchestration", "GET", f"{_path(row)}/resources", query=query)["resources"])

    def events(self, row: Row, limit: int) -> list[Row]:
        """Return the last events of a stack and its nested ones, the newest first."""
        query = [("sort_dir", "desc"), ("limit", str(limit)), ("nested_depth", str(NESTED_DEPTH))]
        return list(self._cloud.call("orchestration", "GET", f"{_path(row)}/events", query=query)["events"])

    def applied_properties(self, row: Row, resource: Row) -> dict[str, Any] | None:
        """Return what Heat last gave a resource that is complete: its newest event holds it, whatever that tells."""
        path = f"{_path(row)}/resources/{resource['resource_name']}/events"
        query = [("sort_dir", "desc"), ("limit", str(LAST_EVENTS))]
        for event in self._cloud.call("orchestration", "GET", path, query=query)["events"]:
            if event["physical_resource_id"] == resource["physical_resource_id"]:
                return self._get(f"{path}/{event['id']}")["event"].get("resource_properties")
        return None

    def properties_schema(self, resource_type: str) -> dict[str, Any] | None:
        """Describe the properties of a resource type; None for a type Heat does not describe."""
        try:
            return dict(self._get(f"/resource_types/{resource_type}")["properties"])
        except NotFoundError:
            return None

    def resource_types(self) -> list[str]:
        """List the resource types."""
        return list(self._get("/resource_types")["resource_types"])

    def mark_unhealthy(self, row: Row, resource: str, reason: str) -> None:
        """Make the next update replace a resource."""
        self._mark(row, resource, unhealthy=True, reason=reason)

    def mark_healthy(self, row: Row, resource: str, reason: str) -> None:
        """Take such a mark back."""
        self._mark(row, resource, unhealthy=False, reason=reason)

    def note(self, row: Row, resource: str, text: str) -> None:
        """Leave a text as a resource's reason, of which no update of Heat's makes anything."""
        self.mark_unhealthy(row, resource, text)
        try:
            self.mark_healthy(row, resource, text)
        except NoAnswerError:  # still marked, it would be made anew by anybody's update
            self.mark_healthy(row, resource, text)

    def _mark(self, row: Row, resource: str, *, unhealthy: bool, reason: str) -> None:
        body = {"mark_unhealthy": unhealthy, "resource_status_reason": reason}
        self._cloud.call("orchestration", "PATCH", f"{_path(row)}/resources/{resource}", body=body)

    def console(self, server_id: str, lines: int) -> str:
        """Read the end of a server's console."""
        return str(self.act_on_server(server_id, {"os-getConsoleOutput": {"length": lines}})["output"])

    def server(self, server_id: str) -> Row | None:
        """Read a server; None when Nova does not know it."""
        try:
            return dict(self._cloud.call("compute", "GET", f"/servers/{server_id}")["server"])
        except NotFoundError:
            return None

    def last_action(self, server_id: str) -> Row:
        """Return what Nova did last with a server, and whether that failed; empty where it does not know."""
        actions = self._cloud.call("compute", "GET", f"/servers/{server_id}/os-instance-actions")["instanceActions"]
        return dict(max(actions, key=lambda item: item["start_time"], default={}))

    def act_on_server(self, server_id: str, action: dict[str, Any]) -> Any:
        """Ask Nova for an action on a server."""
        return self._cloud.call("compute", "POST", f"/servers/{server_id}/action", body=action)

    def network_rows(self, collection: str, ids: Iterable[str]) -> dict[str, Row]:
        """Return those of some IDs that a collection of Neutron's has, each with what it says of it."""
        query = [("id", item) for item in ids]
        rows = self._cloud.pages("network", f"/{collection.replace('_', '-')}", collection, query)
        return {row["id"]: row for row in rows}

    def _get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
        return dict(self._cloud.call("orchestration", "GET", path, query=query) or {})


def _is_there(row: Row) -> bool:
    """Tell a stack from one that is gone, which Heat still lists for an instant and lets be read by its ID."""
    return bool(row["stack_status"] != "DELETE_COMPLETE")


def _path(row: Row) -> str:
    return f"/stacks/{row['stack_name']}/{row['id']}"


def _inputs(source: Source, tags: Sequence[str], timeout_mins: int) -> dict[str, Any]:
    """Return the body that says all of what a stack is to be; a failure leaves everything where it is."""
    return {
        "template": source.template,
        "environment": source.environment,
        "files": source.files,
        "tags": ",".join(tags),
        "timeout_mins": timeout_mins,
        "disable_rollback": True,
    }
