# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an update of a stack would do, resource by resource: one pure function.

It follows Heat's own rules (heat/engine/resource.py and properties.py of Heat 24): a resource is touched
when its resolved definition differs, replaced when a property that differs cannot be updated in place, and
a replacement changes every value that refers to the replaced resource. Heat's update preview is no help
here: it counts every reference as different.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._changes import ResourcePlan, StackPlan
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import SERVER
from ansible_collections.heatdock.hosts.plugins.module_utils._masks import masked
from ansible_collections.heatdock.hosts.plugins.module_utils._nested import real_type, real_types
from ansible_collections.heatdock.hosts.plugins.module_utils._rows import NOT_THERE, by_path
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    Resolver,
    Source,
    content_of,
    effective_parameters,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._update import Known, Update, all_alike

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._properties import Ids, Schemas

HOLDS_DATA = {
    SERVER: "what is on its disk",
    "OS::Cinder::Volume": "what is on the volume",
    "OS::Trove::Instance": "its databases",
    "OS::Trove::Cluster": "its databases",
    "OS::Manila::Share": "what is on the share",
    "OS::Swift::Container": "what is in the container",
    "OS::Sahara::Cluster": "what is on its nodes",
    "OS::Magnum::Cluster": "what runs on it",
    "OS::Barbican::Secret": "the secret",
    "OS::Zaqar::Queue": "its messages",
    "OS::Designate::Zone": "what is in it beside the stack's own records",
}
"""What a resource of these types holds that making it anew does not bring back."""


def plan_create(source: Source) -> StackPlan:
    """Plan a new stack."""
    plans = all_alike(source, Resolver(source).resources(), "create")
    return StackPlan(plans, inputs_changed=True)


def plan_delete(rows: Iterable[Mapping[str, Any]]) -> StackPlan:
    """Plan the end of a stack, of which Heat lists these resources."""
    left = {path: row for path, row in by_path(rows).items() if row["resource_status"] not in NOT_THERE}
    return StackPlan([ResourcePlan(path, row["resource_type"], "delete") for path, row in left.items()])


def data_losses(plan: StackPlan, before: Source) -> list[str]:
    """Warn of each resource with data in it that is made anew or deleted, and say what forces it."""
    resources = Resolver(before).resources().values()
    kept = {item.name for item in resources if str(item.sections.get("deletion_policy", "delete")).lower() != "delete"}
    kinds = {item.name: real_type(before, item) for item in resources}
    return [
        f"{item.name} ({item.type}) is {item.action}d{_forced_by(item)}; {HOLDS_DATA[kind]} is lost"
        for item in plan.resources
        if item.action in ("replace", "delete") and item.name not in kept
        for kind in [kinds.get(item.name, item.type)]
        if kind in HOLDS_DATA
    ]


def _forced_by(item: ResourcePlan) -> str:
    names = [change.name for change in item.properties if change.forces_replacement]
    return f" because of {', '.join(names)}" if names else ""


def types_to_compare(before: Source, after: Source) -> set[str]:
    """Name the resource types whose schema a plan of this update needs."""
    return real_types(before) & real_types(after)


def plan_update(
    before: Source,
    after: Source,
    schemas: Schemas,
    statuses: Mapping[str, str] | None = None,
    *,
    tags_changed: bool = False,
    renew: bool = True,
    ids: Ids | None = None,
) -> StackPlan:
    """Plan the update of a stack from what is stored to what is declared.

    `statuses` are the resources' own, needed of a stack in a failed state or with nested stacks. What an update
    that failed left undone cannot be seen there: such a plan is what happens at least. With `renew` the handles of
    replaced servers are new as well, and so are servers whose first boot failed. `ids` tells which names and IDs in
    properties mean the same.
    """
    update = Update(before, after, Known(schemas, statuses, ids or {}))
    update.settle(renew=renew)
    inputs = [[*content_of(source), effective_parameters(source)] for source in (before, after)]
    plan = StackPlan(
        update.plans(),
        renewed=update.renewed,
        detached=update.detached,
        outputs_changed=update.outputs_changed,
        inputs_changed=inputs[0] != inputs[1],
    )
    if plan.changed or tags_changed:  # an update that is sent updates each nested stack, whatever differs in it
        update.pass_on()
        plan.resources = update.plans()
    return masked(plan, update.sources())
