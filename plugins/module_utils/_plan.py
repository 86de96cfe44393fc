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

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._nested import (
    SCALING_GROUP,
    child_of,
    is_nested,
    is_template,
    real_type,
    real_types,
    resources_of,
    scaled_members,
    schema_of,
    seen_from_inside,
    template_of,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    ABSENT,
    Call,
    Resolver,
    Resource,
    Source,
    Value,
    content_of,
    effective_parameters,
    hidden_parameters,
    inputs_tag,
    plain,
    references,
)

SERVER = "OS::Nova::Server"
PORT = "OS::Neutron::Port"
FLOATING_IP = "OS::Neutron::FloatingIP"
WAIT_CONDITION = "OS::Heat::WaitCondition"
WAIT_HANDLES = ("OS::Heat::WaitConditionHandle", "OS::Heat::SwiftSignalHandle")
ALWAYS_REPLACED = ("OS::Heat::UpdateWaitConditionHandle",)
NEVER_TOUCHED = ("OS::Heat::None",)
STACK_ID = "OS::stack_id"
"""The output of a nested stack that stands for the resource itself."""
MASK = "********"
HIDDEN_BY_HEAT = "******"

Schemas = Mapping[str, "Mapping[str, Any] | None"]
"""Properties by resource type, as Heat's API describes them; None for a type it does not describe."""

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

Ids = Mapping[str, Mapping[str, str]]
"""By custom constraint, the ID behind each name."""

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


@dataclass
class _Pair:
    """A resource that is in both templates with the same implementation; `kind` is its type behind any alias."""

    before: Resource
    after: Resource
    kind: str
    schema: Mapping[str, Any] | None
    changes: dict[str, PropertyChange]
    touched: bool
    status: str = ""
    action: str = "none"
    child: _Update | None = None
    moved: frozenset[tuple[str, str | None]] | None = None

    @property
    def given_up(self) -> bool:
        """Tell whether Heat replaces the resource because it failed, or because its own work on it broke off."""
        if is_nested(self.kind):
            return self.status == "CHECK_FAILED" and not (self.child and self.child.knows_what_failed)
        failed = self.status.endswith(("_FAILED", "_IN_PROGRESS"))
        return self.status == "CHECK_FAILED" or (failed and not self.kind.startswith(_LOOKED_AT))


@dataclass(frozen=True)
class _Known:
    """What is known of the stack as it is: its types' schemas, and by path the status of each resource, if read."""

    schemas: Schemas
    statuses: Mapping[str, str] | None
    ids: Ids
    path: str = ""

    def below(self, name: str) -> _Known:
        """Return what is known of a nested stack."""
        return replace(self, path=f"{self.path}{name}/")

    def status(self, name: str) -> str | None:
        """Return a resource's status; None where none was read."""
        return None if self.statuses is None else self.statuses.get(self.path + name, _NOT_THERE[0])

    def members(self, name: str) -> list[str] | None:
        """Return the resources that a nested stack has now; None where they were not read."""
        start = f"{self.path}{name}/"
        if self.statuses is None:
            return None
        below = [path.removeprefix(start) for path in self.statuses if path.startswith(start)]
        return [name for name in below if "/" not in name]


def plan_create(source: Source) -> StackPlan:
    """Plan a new stack."""
    plans = _all(source, Resolver(source).resources(), "create")
    return StackPlan(plans, inputs_changed=True)


def _all(source: Source, resources: Mapping[str, Resource], action: str, path: str = "") -> list[ResourcePlan]:
    """Plan the same for each resource and what is nested in it."""
    plans = []
    for name, resource in resources.items():
        plans.append(ResourcePlan(path + name, resource.type, action))
        child = child_of(source, seen_from_inside(resource, ()), None)
        plans += _all(child, resources_of(child), action, f"{path}{name}/") if child else []
    return plans


def plan_delete(rows: Iterable[Mapping[str, Any]]) -> StackPlan:
    """Plan the end of a stack, of which Heat lists these resources."""
    left = {path: row for path, row in by_path(rows).items() if row["resource_status"] not in _NOT_THERE}
    return StackPlan([ResourcePlan(path, row["resource_type"], "delete") for path, row in left.items()])


def data_losses(plan: StackPlan, before: Source) -> list[str]:
    """Warn of each resource with data in it that is made anew or deleted, and say what forces it."""
    resources = Resolver(before).resources().values()
    kept = {item.name for item in resources if str(item.sections.get("deletion_policy", "delete")).lower() != "delete"}
    return [
        f"{item.name} ({item.type}) is {item.action}d{_forced_by(item)}; {HOLDS_DATA[item.type]} is lost"
        for item in plan.resources
        if item.action in ("replace", "delete") and item.type in HOLDS_DATA and item.name not in kept
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
    update = _Update(before, after, _Known(schemas, statuses, ids or {}))
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


class _Update:
    """The update of one stack or nested stack, in which actions travel along references until they settle."""

    def __init__(self, before: Source, after: Source, known: _Known) -> None:
        """Compare what can be compared resource by resource."""
        self._before, self._after, self._known = before, after, known
        self._old_resolver, self._new_resolver = Resolver(before), Resolver(after)
        self._old, self._new = _existing(self._old_resolver.resources(), known), self._new_resolver.resources()
        self.pairs = {
            name: self._pair(self._old[name], resource)
            for name, resource in self._new.items()
            if name in self._old and self._same_implementation(name)
        }
        self.made_anew = {name for name in self._new if name not in self.pairs}
        self.renewed: list[str] = []

    @property
    def outputs_changed(self) -> bool:
        """Tell whether outputs are defined in another way."""
        return bool(plain(self._old_resolver.outputs()) != plain(self._new_resolver.outputs()))

    @property
    def detached(self) -> list[str]:
        """Name the floating IPs that ports have now which are replaced."""
        replaced = {name for name, pair in self.pairs.items() if pair.kind == PORT and pair.action == "replace"}
        floating = [item for item in self._old.values() if item.type == FLOATING_IP]
        return [item.name for item in floating if replaced & {name for name, _attribute in references(item.properties)}]

    @property
    def knows_what_failed(self) -> bool:
        """Tell whether a check found resources in it that failed."""
        return any(pair.status == "CHECK_FAILED" for pair in self.pairs.values())

    @property
    def touched(self) -> bool:
        """Tell whether anything happens in it."""
        return any(plan.action != "none" for plan in self.plans())

    def sources(self) -> Iterator[Source]:
        """Yield the sources that may hold secrets: its own and those of nested stacks."""
        yield from (self._before, self._after)
        for pair in self.pairs.values():
            yield from pair.child.sources() if pair.child else ()

    def settle(self, *, renew: bool = False) -> None:
        """Let actions travel along references until nothing changes."""
        self.renewed = _servers_that_failed_to_start(self.pairs) if renew else []
        while True:
            if any(self._settle_one(pair) for pair in self.pairs.values()):
                continue
            handles = [name for name in _handles_of_replaced_servers(self.pairs) if name not in self.renewed]
            if not renew or not handles:
                return
            self.renewed = [*self.renewed, *handles]

    def pass_on(self) -> None:
        """Update each nested stack, which finds for itself what differs in it."""
        for pair in self.pairs.values():
            if is_nested(pair.kind) and pair.action in ("none", "update"):
                pair.action = "update"
                if pair.child:
                    pair.child.pass_on()

    def plans(self) -> list[ResourcePlan]:
        """Return what happens to each resource, with what is nested in it after it."""
        plans: list[ResourcePlan] = []
        for name in [*self._new, *(name for name in self._old if name not in self._new)]:
            plans += self._plans_of(name)
        return plans

    def _plans_of(self, name: str) -> list[ResourcePlan]:
        path = self._known.path + name
        if name in self.pairs:
            pair = self.pairs[name]
            own = ResourcePlan(path, pair.after.type, pair.action, list(pair.changes.values()))
            if pair.action == "none":
                own.properties = []
            if pair.action == "replace":
                return [own, *self._nested_replaced(name)]
            return [own, *(pair.child.plans() if pair.child else [])]
        if name not in self._old:
            return [ResourcePlan(path, self._new[name].type, "create"), *self._nested(self._after, name, "create")]
        if name not in self._new:
            return [ResourcePlan(path, self._old[name].type, "delete"), *self._nested(self._before, name, "delete")]
        change = PropertyChange("type", self._old[name].type, self._new[name].type, forces_replacement=True)
        return [ResourcePlan(path, self._new[name].type, "replace", [change]), *self._nested_replaced(name)]

    def _nested(self, source: Source, name: str, action: str) -> list[ResourcePlan]:
        resource = (self._old if source is self._before else self._new)[name]
        members = self._known.members(name) if source is self._before else None
        child = child_of(source, seen_from_inside(resource, ()), members)
        return _all(child, resources_of(child), action, f"{self._known.path}{name}/") if child else []

    def _nested_replaced(self, name: str) -> list[ResourcePlan]:
        """Plan what is nested in a resource that is replaced: all of it is made anew."""
        old = {item.name: item for item in self._nested(self._before, name, "delete")}
        new = self._nested(self._after, name, "create")
        for item in new:
            item.action = "replace" if item.name in old else "create"
        return [*new, *(item for path, item in old.items() if path not in {item.name for item in new})]

    def _same_implementation(self, name: str) -> bool:
        old, new = real_type(self._before, self._old[name]), real_type(self._after, self._new[name])
        return old == new or (is_template(old) and is_template(new))

    def _pair(self, before: Resource, after: Resource) -> _Pair:
        status = self._known.status(after.name) or ""
        kind = real_type(self._after, after)
        schema = self._known.schemas.get(kind)
        if is_template(kind):
            schema = schema_of(template_of(self._after, kind) or {})
        differs = before.sections != after.sections or (not is_template(kind) and before.type != after.type)
        pair = _Pair(before, after, kind, schema, {}, differs or status.endswith(("_FAILED", "_IN_PROGRESS")), status)
        for name in dict.fromkeys([*before.properties, *after.properties, *_described(schema)]):
            old, new = (_value_of(item, name, schema, self._known.ids) for item in (before, after))
            if old != new:
                pair.changes[name] = _change(pair, name)
        return pair

    def _settle_one(self, pair: _Pair) -> bool:
        """Bring one resource's action up to date; tell whether anything about it changed."""
        before = (pair.action, len(pair.changes), pair.moved)
        pair.moved = frozenset(
            item for value in pair.after.sections.values() for item in references(value) if self._moved(item)
        )
        for name, value in pair.after.properties.items():
            if name not in pair.changes and pair.moved & set(references(value)):
                pair.changes[name] = _change(pair, name)
        if is_nested(pair.kind) and before[2] != pair.moved:
            pair.child = self._child(pair)
        touched = pair.touched or bool(pair.changes) or bool(pair.moved) or bool(pair.child and pair.child.touched)
        pair.action = "replace" if pair.after.name in self.renewed else _action(pair, touched)
        return before != (pair.action, len(pair.changes), pair.moved)

    def _child(self, pair: _Pair) -> _Update | None:
        """Plan the update of a nested stack; None for one that cannot be looked into."""
        name = pair.after.name
        members = self._known.members(name)
        scaled = scaled_members(pair.after, members) if pair.kind == SCALING_GROUP else members
        old = child_of(self._before, seen_from_inside(pair.before, ()), members)
        new = child_of(self._after, seen_from_inside(pair.after, pair.moved or ()), scaled)
        if old is None or new is None:
            return None
        try:
            child = _Update(old, new, self._known.below(name))
        except HeatdockError:  # conditions that only Heat can decide
            return None
        child.settle()
        return child

    def _moved(self, reference: tuple[str, str | None]) -> bool:
        """Tell whether what a reference yields is another value after the update."""
        name, attribute = reference
        if name in self.made_anew:
            return True
        target = self.pairs.get(name)
        if target is None or target.action == "none":
            return False
        return _nested_moved(target, attribute) if is_nested(target.kind) else _attribute_moved(target, attribute)

    def shows_other(self, attribute: str | None, kind: str) -> bool:
        """Tell whether an attribute of the nested stack is another one after its update."""
        if attribute is not None and attribute.startswith("resource."):
            _prefix, name, *attributes = attribute.split(".", 2)
            return name not in self._old or self._moved((name, attributes[0] if attributes else None))
        if not is_template(kind):
            inner = None if attribute in (None, "refs", "refs_map") else attribute
            return attribute is not None and (
                set(self._old) != set(self._new) or any(self._moved((name, inner)) for name in self._new)
            )
        old, new = self._old_resolver.outputs(), self._new_resolver.outputs()
        name = STACK_ID if attribute is None else attribute
        return old.get(name) != new.get(name) or any(self._moved(item) for item in references(new.get(name)))


def _nested_moved(target: _Pair, attribute: str | None) -> bool:
    if target.action == "replace":
        return True
    return target.child.shows_other(attribute, target.kind) if target.child else bool(target.changes)


def _attribute_moved(target: _Pair, attribute: str | None) -> bool:
    if attribute is None:
        return target.action == "replace"
    mirrored = _MIRRORS.get((target.kind, attribute), attribute)
    if target.action == "update":
        return mirrored in target.changes
    return mirrored not in target.after.properties or mirrored in target.changes


def _existing(resources: dict[str, Resource], known: _Known) -> dict[str, Resource]:
    """Leave out the resources of the stored template that were never made."""
    return {name: item for name, item in resources.items() if known.status(name) not in _NOT_THERE}


def _described(schema: Mapping[str, Any] | None) -> list[str]:
    """Name `description` where the resource's own one serves for the property."""
    described = (schema or {}).get("description") or {}
    return ["description"] if described.get("update_allowed") else []


def _value_of(resource: Resource, name: str, schema: Mapping[str, Any] | None, ids: Ids) -> Value:
    value = resource.properties.get(name, ABSENT)
    if value is ABSENT and name == "description" and name in _described(schema):
        return resource.description or None
    return normalised(value, (schema or {}).get(name), ids)


def normalised(value: Value, schema: Mapping[str, Any] | None, ids: Ids) -> Value:
    """Give a property's value the form that its type compares by: defaults filled in, IDs for names."""
    if isinstance(value, Call):
        return value
    default = (schema or {}).get("default")
    if value is ABSENT:
        return None if default is None else normalised(default, schema, ids)
    kind = str((schema or {}).get("type", "any")).lower()
    if value is None:
        return _EMPTY.get(kind) if default is None else normalised(default, schema, ids)
    if kind == "map" and isinstance(value, dict):
        return _normalised_map(value, (schema or {}).get("schema"), ids)
    if kind == "list" and isinstance(value, list):
        item_schema = ((schema or {}).get("schema") or {}).get("*")
        return [normalised(item, item_schema, ids) for item in value]
    return _id_of(value, schema or {}, ids) if isinstance(value, str) and ids else _normalised_scalar(value, kind)


def _id_of(value: str, schema: Mapping[str, Any], ids: Ids) -> Value:
    for constraint in schema.get("constraints") or []:
        value = ids.get(str(constraint.get("custom_constraint")), {}).get(value, value)
    return _normalised_scalar(value, str(schema.get("type", "any")).lower())


def _normalised_map(value: dict[str, Any], schema: Mapping[str, Any] | None, ids: Ids) -> dict[str, Any]:
    if not schema or "*" in schema:
        return {key: normalised(item, (schema or {}).get("*"), ids) for key, item in value.items()}
    return {key: normalised(value.get(key, ABSENT), item, ids) for key, item in schema.items()}


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
    if pair.kind != SERVER or name not in _SERVER_POLICIES:
        return None
    policy, default = _SERVER_POLICIES[name]
    for resource in (pair.after, pair.before):
        if resource.properties.get(policy):
            return str(resource.properties[policy])
    return default


def _forces_replacement(pair: _Pair, name: str) -> bool:
    if pair.kind == "OS::Heat::TestResource" and name == "value":
        return bool(normalised(pair.after.properties.get("update_replace", False), {"type": "boolean"}, {}))
    policy = _policy(pair, name)
    if policy is not None:
        return policy == "REPLACE"
    if pair.schema is None:
        return False
    return not (pair.schema.get(name) or {}).get("update_allowed", False)


def _action(pair: _Pair, touched: bool) -> str:
    if pair.kind in NEVER_TOUCHED:
        return "none"
    always = pair.after.properties.get("replacement_policy") == "REPLACE_ALWAYS"
    if pair.kind in ALWAYS_REPLACED or (pair.kind == PORT and always):
        return "replace"
    if pair.given_up:
        return "replace"
    if not touched:
        return "none"
    return "replace" if any(change.forces_replacement for change in pair.changes.values()) else "update"


def _servers_that_failed_to_start(pairs: dict[str, _Pair]) -> list[str]:
    """Find the servers that reported a failure: first boot runs once, so only a new machine can do better."""
    failed = [pair for pair in pairs.values() if pair.kind == WAIT_CONDITION and pair.status.endswith("_FAILED")]
    handles = {name for pair in failed for name, _attribute in references(pair.after.properties.get("handle"))}
    servers = [pair.after for pair in pairs.values() if pair.kind == SERVER]
    return sorted(item.name for item in servers if handles & {name for name, _attribute in references(item.properties)})


def by_path(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Sort the resources that Heat lists by their path: `group/0/port` is nested twice."""
    listed = list(rows)
    stacks = {row["physical_resource_id"]: row for row in listed if row.get("physical_resource_id")}
    return {path: row for row in listed if (path := _path(row, stacks)) is not None}


def _path(row: Mapping[str, Any], stacks: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return a row's path; None where what it is nested in is not listed."""
    name = str(row["resource_name"])
    if not row.get("parent_resource"):
        return name
    parent = stacks.get(stack_of(row))
    above = _path(parent, stacks) if parent else None
    return None if above is None else f"{above}/{name}"


def stack_of(row: Mapping[str, Any]) -> str:
    """Return the ID of the stack that a resource or an event is of."""
    links = [str(link["href"]) for link in row.get("links") or [] if link.get("rel") == "stack"]
    return links[0].rsplit("/", 1)[-1] if links else ""


def statuses_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return by path the statuses that a plan needs; what failed before it was anything is given up."""
    return {
        path: (
            "CHECK_FAILED"
            if row["resource_status"].endswith("_FAILED") and not row.get("physical_resource_id")
            else row["resource_status"]
        )
        for path, row in by_path(rows).items()
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


def without_ports(before: Source, after: Source, floating_ips: Iterable[str]) -> Source:
    """Return what a stack is now, but for some floating IPs, which are of no port."""
    resources = copy.deepcopy(before.template["resources"])
    for name in floating_ips:
        resources[name]["properties"].pop("port_id", None)
    return replace(
        before,
        template={**before.template, "resources": resources},
        parameters=_uncovered(before.parameters, after.parameters),
        parameter_defaults=_uncovered(before.parameter_defaults, after.parameter_defaults),
    )


def _needs(resource: Resource, gone: set[str]) -> bool:
    """Tell whether a resource cannot be without those that are gone."""
    referred = {name for section in resource.sections.values() for name, _attribute in references(section)}
    return bool(gone & (referred | set(resource.sections.get("depends_on") or ())))


def _handles_of_replaced_servers(pairs: dict[str, _Pair]) -> list[str]:
    """Find the handles that new machines signal to, which must be new as well."""
    replaced = [pair for pair in pairs.values() if pair.kind == SERVER and pair.action == "replace"]
    referred = {name for pair in replaced for name, _attribute in references(pair.after.sections.get("properties"))}
    return sorted(name for name in referred if name in pairs and pairs[name].after.type in WAIT_HANDLES)


def kept_spelling(before: Source, after: Source, same: Mapping[str, Mapping[str, str]]) -> Source:
    """Keep a stored value where the declared one is another name of the same thing.

    `same` gives, by parameter, the id behind each spelling. A host made in the dashboard stores ids where
    its declaration says names; sending the names would touch every resource that uses them.
    """
    stored, declared = effective_parameters(before), effective_parameters(after)
    parameters = dict(after.parameters)
    for name, ids in same.items():
        old, new = stored.get(name), declared.get(name)
        if name in parameters and old != new and _meant(old, ids) == _meant(new, ids):
            parameters[name] = stored[name]
    return replace(after, parameters=parameters)


def _meant(value: Value, ids: Mapping[str, str]) -> list[str]:
    """Return the IDs behind a value, or behind each of a list."""
    items = [str(item) for item in (value if isinstance(value, list) else [value])]
    return [ids.get(item, item) for item in items]


def revealed(before: Source, after: Source, tags: Iterable[str]) -> Source:
    """Put hidden values back that Heat does not show, where the tag of the stack's inputs proves them unchanged."""
    guess = replace(
        before,
        parameters=_uncovered(before.parameters, after.parameters),
        parameter_defaults=_uncovered(before.parameter_defaults, after.parameter_defaults),
    )
    return guess if inputs_tag(guess) in tags else before


def _uncovered(hidden: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: known.get(name, value) if value == HIDDEN_BY_HEAT else value for name, value in hidden.items()}


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
