# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Of all that Heat reports after a failure, the cause is told."""

from __future__ import annotations

from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._failures import failure_of, unfinished

STACK = {"id": "s-1", "stack_status_reason": "Resource CREATE failed: Forbidden: resources.server: Quota exceeded"}


def resource(name: str, status: str, reason: str = "", parent: str | None = None) -> dict[str, Any]:
    row = {
        "resource_name": name,
        "resource_type": "OS::Nova::Server",
        "resource_status": status,
        "resource_status_reason": reason,
    }
    return row | ({"parent_resource": parent} if parent else {})


def event(name: str, status: str, reason: str, physical: str = "") -> dict[str, Any]:
    links = [{"rel": "self", "href": "http://h/v1/p/x"}, {"rel": "stack", "href": "http://h/v1/p/stacks/web1/s-1"}]
    return {
        "resource_name": name,
        "resource_status": status,
        "resource_status_reason": reason,
        "physical_resource_id": physical,
        "links": links,
    }


def test_the_deepest_failed_resource_is_named() -> None:
    rows = [
        resource("group", "CREATE_FAILED", "resources.group: ResourceInError: resources[0]: no host"),
        resource("0", "CREATE_FAILED", "ResourceInError: resources.0: No valid host was found", parent="group"),
        resource("port", "CREATE_COMPLETE"),
    ]
    assert str(failure_of(STACK, rows)) == "0 (OS::Nova::Server) failed: No valid host was found"


def test_what_heat_stopped_because_of_the_failure_is_not_the_cause() -> None:
    rows = [
        resource("floating_ip", "CREATE_FAILED", "CREATE aborted (Task create from FloatingIP Stack web1 Cancelled)"),
        resource("server", "CREATE_FAILED", "Forbidden: resources.server: Quota exceeded"),
    ]
    assert failure_of(STACK, rows).resource == "server"


def test_events_tell_the_cause_where_the_resources_are_gone() -> None:
    events = [
        event("web1", "CREATE_FAILED", "Resource CREATE failed", physical="s-1"),
        event("server", "CREATE_FAILED", "Forbidden: resources.server: Quota exceeded", physical="x"),
    ]
    assert str(failure_of(STACK, [], events)) == "server failed: Quota exceeded"


def test_without_a_culprit_the_stack_s_own_reason_is_told() -> None:
    assert str(failure_of(STACK, [resource("port", "CREATE_COMPLETE")])) == "Quota exceeded"


def test_unfinished_resources_are_named() -> None:
    rows = [resource("server", "CREATE_IN_PROGRESS"), resource("port", "CREATE_COMPLETE")]
    assert unfinished(rows) == ["server"]
