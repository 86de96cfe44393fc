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
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    ABSENT,
    Call,
    Resolver,
    Resource,
    Source,
    Value,
    effective_parameters,
    hidden_parameters,
    inputs_tag,
    plain,
    references,
)

SERVER = "OS::Nova::Server"
WAIT_CONDITION = "OS::Heat::WaitCondition"
WAIT_HANDLES = ("OS::Heat::WaitConditionHandle", "OS::Heat::SwiftSignalHandle")
ALWAYS_REPLACED = ("OS::Heat::UpdateWaitConditionHandle",)
NEVER_TOUCHED = ("OS::Heat::None",)
MASK = "********"
HIDDEN_BY_HEAT = "******"

Schemas = Mapping[str, "Mapping[str, Any] | None"]
"""Properties by resource type, as Heat's API describes them; None for a type it does not describe."""

_SERVER_POLICIES = {
    "image": ("image_update_policy", "REBUILD"),
    "flavor": ("flavor_update_policy", "RESIZE"),
    "user_data": ("user_data_update_policy", "REPLACE"),
}
_EMPTY: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "map": {}, "list": []}
_NOT_THERE = ("INIT_COMPLETE", "DELETE_COMPLETE")
"""Statuses of a resource that was never made or is gone."""
_LOOKED_AT = ("OS::Nova::Server", "OS::Neutron::", "OS::Cinder::Volume")
"""Types of which Heat looks at a failed one, and keeps it when its service says that it is well."""
_MIRRORS = {("OS::Heat::TestResource", "output"): "value"}
"""Attributes that repeat a property of another name."""


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
    """What happens to one stack; `renewed` is replaced whatever its properties say, and must be marked for that."""

    resources: list[ResourcePlan]
    renewed: list[str] = field(default_factory=list)
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


@dataclass
class _Pair:
    """A resource that is in both templates with the same type."""

    before: Resource
    after: Resource
    schema: Mapping[str, Any] | None
    changes: dict[str, PropertyChange]
    touched: bool
    status: str = ""
    action: str = "none"

    @property
    def given_up(self) -> bool:
        """Tell whether Heat replaces the resource because it failed, or because its own work on it broke off."""
        failed = self.status.endswith(("_FAILED", "_IN_PROGRESS"))
        return self.status == "CHECK_FAILED" or (failed and not self.after.type.startswith(_LOOKED_AT))


def plan_create(source: Source) -> StackPlan:
    """Plan a new stack."""
    resources = Resolver(source).resources().values()
    return StackPlan([ResourcePlan(item.name, item.type, "create") for item in resources], inputs_changed=True)


def plan_delete(rows: Iterable[Mapping[str, Any]]) -> StackPlan:
    """Plan the end of a stack, of which Heat lists these resources."""
    left = [row for row in rows if row["resource_status"] not in _NOT_THERE]
    return StackPlan([ResourcePlan(row["resource_name"], row["resource_type"], "delete") for row in left])


def types_to_compare(before: Source, after: Source) -> set[str]:
    """Name the resource types whose schema a plan of this update needs."""
    old = {item.type for item in Resolver(before).resources().values()}
    new = {item.type for item in Resolver(after).resources().values()}
    return old & new


def plan_update(
    before: Source, after: Source, schemas: Schemas, statuses: Mapping[str, str] | None = None
) -> StackPlan:
    """Plan the update of a stack from what is stored to what is declared.

    `statuses` are the resources' own, needed of a stack in a failed state. What an update that failed left
    undone cannot be seen there: such a plan is what happens at least.
    """
    old, new = Resolver(before), Resolver(after)
    old_resources, new_resources = _existing(old.resources(), statuses), new.resources()
    pairs = {
        name: _pair(old_resources[name], resource, schemas.get(resource.type), (statuses or {}).get(name, ""))
        for name, resource in new_resources.items()
        if name in old_resources and old_resources[name].type == resource.type
    }
    fixed = _one_sided(old_resources, new_resources)
    made_anew = {item.name for item in fixed if item.action in ("create", "replace")}
    renewed = _settle(pairs, made_anew, _servers_that_failed_to_start(pairs))
    planned = {item.name: item for item in [*fixed, *map(_planned, pairs.values())]}
    order = [*new_resources, *(name for name in old_resources if name not in new_resources)]
    plan = StackPlan(
        [planned[name] for name in order],
        renewed=renewed,
        outputs_changed=plain(old.outputs()) != plain(new.outputs()),
        inputs_changed=before.template != after.template or effective_parameters(before) != effective_parameters(after),
    )
    return masked(plan, [before, after])


def _existing(resources: dict[str, Resource], statuses: Mapping[str, str] | None) -> dict[str, Resource]:
    """Leave out the resources of the stored template that were never made."""
    if statuses is None:
        return resources
    return {name: item for name, item in resources.items() if statuses.get(name, _NOT_THERE[0]) not in _NOT_THERE}


def _one_sided(old: dict[str, Resource], new: dict[str, Resource]) -> list[ResourcePlan]:
    """Plan the resources that appear, disappear or change their type."""
    plans = [ResourcePlan(name, old[name].type, "delete") for name in old if name not in new]
    for name, resource in new.items():
        if name not in old:
            plans.append(ResourcePlan(name, resource.type, "create"))
        elif old[name].type != resource.type:
            change = PropertyChange("type", old[name].type, resource.type, forces_replacement=True)
            plans.append(ResourcePlan(name, resource.type, "replace", [change]))
    return plans


def _planned(pair: _Pair) -> ResourcePlan:
    changes = [] if pair.action == "none" else list(pair.changes.values())
    return ResourcePlan(pair.after.name, pair.after.type, pair.action, changes)


def _pair(before: Resource, after: Resource, schema: Mapping[str, Any] | None, status: str) -> _Pair:
    touched = before.sections != after.sections or status.endswith(("_FAILED", "_IN_PROGRESS"))
    pair = _Pair(before, after, schema, {}, touched, status)
    for name in dict.fromkeys([*before.properties, *after.properties, *_described(schema)]):
        old, new = _value_of(before, name, schema), _value_of(after, name, schema)
        if old != new:
            pair.changes[name] = _change(pair, name)
    return pair


def _described(schema: Mapping[str, Any] | None) -> list[str]:
    """Name `description` where the resource's own one serves for the property."""
    described = (schema or {}).get("description") or {}
    return ["description"] if described.get("update_allowed") else []


def _value_of(resource: Resource, name: str, schema: Mapping[str, Any] | None) -> Value:
    value = resource.properties.get(name, ABSENT)
    if value is ABSENT and name == "description" and name in _described(schema):
        return resource.description or None
    return normalised(value, (schema or {}).get(name))


def normalised(value: Value, schema: Mapping[str, Any] | None) -> Value:
    """Give a property's value the form that its type compares by, defaults filled in."""
    if isinstance(value, Call):
        return value
    default = (schema or {}).get("default")
    if value is ABSENT:
        return None if default is None else normalised(default, schema)
    kind = str((schema or {}).get("type", "any")).lower()
    if value is None:
        return _EMPTY.get(kind) if default is None else normalised(default, schema)
    if kind == "map" and isinstance(value, dict):
        return _normalised_map(value, (schema or {}).get("schema"))
    if kind == "list" and isinstance(value, list):
        item_schema = ((schema or {}).get("schema") or {}).get("*")
        return [normalised(item, item_schema) for item in value]
    return _normalised_scalar(value, kind)


def _normalised_map(value: dict[str, Any], schema: Mapping[str, Any] | None) -> dict[str, Any]:
    if not schema or "*" in schema:
        return {key: normalised(item, (schema or {}).get("*")) for key, item in value.items()}
    return {key: normalised(value.get(key, ABSENT), item) for key, item in schema.items()}


def _normalised_scalar(value: Value, kind: str) -> Value:
    try:
        if kind == "string" and isinstance(value, (bool, int)):
            return str(value)
        if kind == "integer":
            return int(value)
        if kind == "number" and isinstance(value, str):
            return float(value)
        if kind == "boolean" and isinstance(value, str):
            return value.lower() == "true"
    except ValueError:
        return value
    return value


def _change(pair: _Pair, name: str) -> PropertyChange:
    return PropertyChange(
        name,
        plain(_shown(pair.before, name)),
        plain(_shown(pair.after, name)),
        forces_replacement=_forces_replacement(pair, name),
        ignored=_policy(pair, name) == "IGNORE",
    )


def _shown(resource: Resource, name: str) -> Value:
    return resource.properties.get(name)


def _policy(pair: _Pair, name: str) -> str | None:
    """Return the update policy a server has for one of its properties."""
    if pair.after.type != SERVER or name not in _SERVER_POLICIES:
        return None
    policy, default = _SERVER_POLICIES[name]
    for resource in (pair.after, pair.before):
        if resource.properties.get(policy):
            return str(resource.properties[policy])
    return default


def _forces_replacement(pair: _Pair, name: str) -> bool:
    if pair.after.type == "OS::Heat::TestResource" and name == "value":
        return bool(normalised(pair.after.properties.get("update_replace", False), {"type": "boolean"}))
    policy = _policy(pair, name)
    if policy is not None:
        return policy == "REPLACE"
    if pair.schema is None:
        return False
    return not (pair.schema.get(name) or {}).get("update_allowed", False)


def _settle(pairs: dict[str, _Pair], made_anew: set[str], renewed: list[str]) -> list[str]:
    """Let actions travel along references until nothing changes; return what is renewed, handles included."""
    while True:
        settled = [_settle_one(pair, pairs, made_anew, pair.after.name in renewed) for pair in pairs.values()]
        if any(settled):
            continue
        handles = [name for name in _handles_of_replaced_servers(pairs) if name not in renewed]
        if not handles:
            return renewed
        renewed = [*renewed, *handles]


def _settle_one(pair: _Pair, pairs: dict[str, _Pair], made_anew: set[str], renewed: bool) -> bool:
    """Bring one resource's action up to date; tell whether it changed."""
    for name, value in pair.after.properties.items():
        if name not in pair.changes and any(_moved(item, pairs, made_anew) for item in references(value)):
            pair.changes[name] = _change(pair, name)
    touched = pair.touched or any(
        _moved(item, pairs, made_anew) for value in pair.after.sections.values() for item in references(value)
    )
    action = "replace" if renewed else _action(pair, touched)
    changed = action != pair.action
    pair.action = action
    return changed


def _action(pair: _Pair, touched: bool) -> str:
    if pair.after.type in NEVER_TOUCHED:
        return "none"
    always = pair.after.properties.get("replacement_policy") == "REPLACE_ALWAYS"
    if pair.after.type in ALWAYS_REPLACED or (pair.after.type == "OS::Neutron::Port" and always):
        return "replace"
    if pair.given_up:
        return "replace"
    if not touched:
        return "none"
    return "replace" if any(change.forces_replacement for change in pair.changes.values()) else "update"


def _moved(reference: tuple[str, str | None], pairs: dict[str, _Pair], made_anew: set[str]) -> bool:
    """Tell whether what a reference yields is another value after the update."""
    name, attribute = reference
    if name in made_anew:
        return True
    target = pairs.get(name)
    if target is None or target.action == "none":
        return False
    if attribute is None:
        return target.action == "replace"
    mirrored = _MIRRORS.get((target.after.type, attribute), attribute)
    if target.action == "update":
        return mirrored in target.changes
    return mirrored not in target.after.properties or mirrored in target.changes


def _servers_that_failed_to_start(pairs: dict[str, _Pair]) -> list[str]:
    """Find the servers that reported a failure: first boot runs once, so only a new machine can do better."""
    failed = [pair for pair in pairs.values() if pair.after.type == WAIT_CONDITION and pair.status.endswith("_FAILED")]
    handles = {name for pair in failed for name, _attribute in references(pair.after.properties.get("handle"))}
    servers = [pair.after for pair in pairs.values() if pair.after.type == SERVER]
    return sorted(item.name for item in servers if handles & {name for name, _attribute in references(item.properties)})


def statuses_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the statuses that a plan needs of a failed stack; what failed before it was anything is given up."""
    own = [row for row in rows if not row.get("parent_resource")]
    return {
        row["resource_name"]: (
            "CHECK_FAILED"
            if row["resource_status"].endswith("_FAILED") and not row.get("physical_resource_id")
            else row["resource_status"]
        )
        for row in own
    }


def without_servers(source: Source) -> Source:
    """Return the declaration without its servers, what refers to them, and the handles that they report to.

    After a replacement that failed, Heat keeps both machines and cannot make a third: the second has the port.
    """
    resources = Resolver(source).resources()
    servers = {name for name, item in resources.items() if item.type == SERVER}
    gone = servers | {
        name
        for server in servers
        for name, _attribute in references(resources[server].properties)
        if name in resources and resources[name].type in WAIT_HANDLES
    }
    while more := {name for name, item in resources.items() if name not in gone and _needs(item, gone)}:
        gone |= more
    kept = {name: item for name, item in source.template["resources"].items() if name not in gone}
    outputs = {
        name: item
        for name, item in (source.template.get("outputs") or {}).items()
        if not gone & {referred for referred, _attribute in references(Resolver(source).value(item))}
    }
    return replace(source, template={**source.template, "resources": kept, "outputs": outputs})


def _needs(resource: Resource, gone: set[str]) -> bool:
    """Tell whether a resource cannot be without those that are gone."""
    referred = {name for section in resource.sections.values() for name, _attribute in references(section)}
    return bool(gone & (referred | set(resource.sections.get("depends_on") or ())))


def _handles_of_replaced_servers(pairs: dict[str, _Pair]) -> list[str]:
    """Find the handles that new machines signal to, which must be new as well."""
    replaced = [pair for pair in pairs.values() if pair.after.type == SERVER and pair.action == "replace"]
    referred = {name for pair in replaced for name, _attribute in references(pair.after.sections.get("properties"))}
    return sorted(name for name in referred if name in pairs and pairs[name].after.type in WAIT_HANDLES)


def kept_spelling(before: Source, after: Source, same: Mapping[str, Mapping[str, str]]) -> Source:
    """Keep a stored value where the declared one is another name of the same thing.

    `same` gives, by parameter, the id behind each spelling. A host made in the dashboard stores ids where
    its declaration says names; sending the names would touch every resource that uses them.
    """
    stored = effective_parameters(before)
    parameters = dict(after.parameters)
    for name, ids in same.items():
        old, new = str(stored.get(name)), str(parameters.get(name))
        if name in parameters and old != new and ids.get(old, old) == ids.get(new, new):
            parameters[name] = stored[name]
    return replace(after, parameters=parameters)


def revealed(before: Source, after: Source, tags: Iterable[str]) -> Source:
    """Put hidden values back that Heat does not show, where the tag of the stack's inputs proves them unchanged."""
    unseen = {name for name in hidden_parameters(before.template) if before.parameters.get(name) == HIDDEN_BY_HEAT}
    values = {name: after.parameters[name] for name in unseen if name in after.parameters}
    guess = replace(before, parameters=before.parameters | values)
    return guess if inputs_tag(guess) in tags else before


def masked(plan: StackPlan, sources: Iterable[Source]) -> StackPlan:
    """Hide the values of hidden parameters wherever they appear."""
    secrets = {
        str(effective_parameters(source).get(name))
        for source in sources
        for name in hidden_parameters(source.template)
        if effective_parameters(source).get(name)
    }
    if secrets:
        for resource in plan.resources:
            for change in resource.properties:
                change.before, change.after = mask(change.before, secrets), mask(change.after, secrets)
    return plan


def mask(value: Value, secrets: set[str]) -> Value:
    """Replace secrets within a value."""
    if isinstance(value, dict):
        return {key: mask(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [mask(item, secrets) for item in value]
    text = str(value)
    if any(secret in text for secret in secrets):
        for secret in sorted(secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text
    return value
