# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules `stack` and `stack_info` tell of a stack: all that Heat shows of it, secrets masked.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._masks import MASK
from ansible_collections.heatdock.hosts.plugins.module_utils._outputs import outputs_of
from ansible_collections.heatdock.hosts.plugins.module_utils._report import abridged, diff_of
from ansible_collections.heatdock.hosts.plugins.module_utils._rows import by_path, stack_of
from ansible_collections.heatdock.hosts.plugins.module_utils._template import hidden_parameters

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source


def stack_result(outcome: Outcome, source: Source | None, resources: Sequence[Row], *, diff: bool) -> dict[str, Any]:
    """Return what the module `stack` exits with."""
    result = {
        "changed": outcome.action != "none",
        "action": outcome.action,
        "plan": [abridged(asdict(item)) for item in outcome.plan.touched],
        "stack_id": outcome.stack.get("id"),
        "status": outcome.stack.get("stack_status"),
        "outputs": masked_outputs(outcome.stack, source.template if source else {}),
        "resources": resources_of(resources),
        "notes": outcome.notes,
    }
    return result | ({"diff": [diff_of(outcome, "stack")]} if diff and result["changed"] else {})


def masked_outputs(stack: Mapping[str, Any], template: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stack's outputs, those masked that are made of hidden parameters."""
    hidden = hidden_parameters(dict(template))
    defined = template.get("outputs") or {}
    secret = {name for name, output in defined.items() if hidden & set(_parameters_in(output.get("value")))}
    return {name: MASK if name in secret else value for name, value in outputs_of(stack).items()}


def _parameters_in(snippet: Any) -> list[str]:
    if isinstance(snippet, dict):
        named = snippet.get("get_param")
        own = [str(named[0] if isinstance(named, list) else named)] if named else []
        return own + [name for item in snippet.values() for name in _parameters_in(item)]
    return [name for item in snippet for name in _parameters_in(item)] if isinstance(snippet, list) else []


def resources_of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Show a stack's resources, those of nested stacks by their path."""
    return [
        {
            "name": path,
            "type": row["resource_type"],
            "status": row["resource_status"],
            "reason": row.get("resource_status_reason") or "",
            "physical_id": row.get("physical_resource_id") or "",
        }
        for path, row in by_path(rows).items()
    ]


def events_of(events: Sequence[Row], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Show a stack's events, the oldest first, with the paths of resources in nested stacks that are known."""
    paths = {str(row["physical_resource_id"]): path for path, row in by_path(rows).items()}
    return [
        {
            "time": event.get("event_time"),
            "resource": _path_of(event, paths),
            "status": event["resource_status"],
            "reason": event.get("resource_status_reason") or "",
            "physical_id": event.get("physical_resource_id") or "",
        }
        for event in reversed(events)
    ]


def _path_of(event: Row, paths: Mapping[str, str]) -> str:
    """Say what an event is about; the stack itself is there by its name."""
    stack, name = stack_of(event), str(event["resource_name"])
    if event.get("physical_resource_id") == stack:
        return paths.get(stack, name)
    return f"{paths[stack]}/{name}" if stack in paths else name
