# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan says: resources, what happens to each, and the properties that differ.

PRIVATE to the collection.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import SERVER


@dataclass
class PropertyChange:
    """One property that differs."""

    name: str
    before: Any
    after: Any
    forces_replacement: bool = False
    ignored: bool = False


@dataclass
class ResourcePlan:
    """What happens to one resource: none, create, update, replace or delete."""

    name: str
    type: str
    action: str
    properties: list[PropertyChange] = field(default_factory=list)


@dataclass
class StackPlan:
    """What happens to one stack.

    `renewed` is replaced whatever its properties say, and must be marked for that. `detached` are floating IPs that
    must be taken off their ports first: Neutron lets none of a port's addresses go that has one, as Heat wants.
    """

    resources: list[ResourcePlan]
    renewed: list[str] = field(default_factory=list)
    detached: list[str] = field(default_factory=list)
    outputs_changed: bool = False
    inputs_changed: bool = False

    @property
    def touched(self) -> list[ResourcePlan]:
        """Return the resources something happens to."""
        return [resource for resource in self.resources if resource.action != "none"]

    @property
    def changed(self) -> bool:
        """Tell whether the stack or its record changes."""
        return bool(self.touched or self.outputs_changed or self.inputs_changed)

    @property
    def replaces_server(self) -> bool:
        """Tell whether the host's machine is made anew."""
        return any(item.type == SERVER and item.action == "replace" for item in self.resources)
