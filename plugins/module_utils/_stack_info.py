# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is of stacks, read alone.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Cloud, Heat
from ansible_collections.heatdock.hosts.plugins.module_utils._outputs import outputs_of
from ansible_collections.heatdock.hosts.plugins.module_utils._stack_report import (
    events_of,
    masked_outputs,
    resources_of,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._template import HIDDEN_BY_HEAT

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Row

STACK_INFO_OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str"},
    "tags": {"type": "list", "elements": "str", "default": []},
    "resources": {"type": "bool", "default": False},
    "events": {"type": "int", "default": 0},
    "inputs": {"type": "bool", "default": False},
    "reveal_hidden": {"type": "bool", "default": False},
}
"""The options of the module `stack_info` beside those of the cloud."""


@dataclass
class Wanted:
    """Which stacks, and what of them; as the options of the module say."""

    name: str | None = None
    tags: Sequence[str] = ()
    resources: bool = False
    events: int = 0
    inputs: bool = False
    reveal_hidden: bool = False


def read_stacks(cloud: Cloud, wanted: Wanted) -> list[dict[str, Any]]:
    """Read stacks, sorted by name; one that is deleted meanwhile is left out."""
    heat = Heat(cloud)
    rows = heat.all(wanted.tags)
    if wanted.name is not None:
        rows = [row for row in rows if wanted.name in (row["stack_name"], row["id"])]
    stacks = [stack for row in rows if (stack := heat.stack(row)) is not None]
    return [_shown(heat, stack, wanted) for stack in sorted(stacks, key=lambda stack: str(stack["stack_name"]))]


def _shown(heat: Heat, stack: Row, wanted: Wanted) -> dict[str, Any]:
    masks = HIDDEN_BY_HEAT in (stack.get("parameters") or {}).values() and not wanted.reveal_hidden
    template: Mapping[str, Any] = heat.source(stack).template if masks or wanted.inputs else {}
    shown = {
        "id": stack["id"],
        "name": stack["stack_name"],
        "status": stack["stack_status"],
        "reason": stack.get("stack_status_reason") or "",
        "tags": list(stack.get("tags") or ()),
        "created": stack.get("creation_time"),
        "updated": stack.get("updated_time"),
        "outputs": masked_outputs(stack, template) if masks else outputs_of(stack),
    }
    rows = heat.resources(stack) if wanted.resources or wanted.events else []
    if wanted.resources:
        shown["resources"] = resources_of(rows)
    if wanted.events:
        shown["events"] = events_of(heat.events(stack, wanted.events), rows)
    if wanted.inputs:
        own = {name: value for name, value in stack["parameters"].items() if not name.startswith("OS::")}
        shown |= {"template": template, "parameters": own}
    return shown
