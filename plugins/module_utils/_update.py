# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The update of one stack, in which what happens to a resource travels along references.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._changes import PropertyChange, ResourcePlan
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import (
    FLOATING_IP,
    PORT,
    SERVER,
    WAIT_CONDITION,
    WAIT_HANDLES,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._masks import Veiled
from ansible_collections.heatdock.hosts.plugins.module_utils._nested import (
    SCALING_GROUP,
    child_of,
    is_nested,
    is_template,
    real_type,
    resources_of,
    scaled_members,
    schema_of,
    seen_from_inside,
    template_of,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._pair import (
    Pair,
    action_of,
    change_of,
    described,
    value_of,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._rows import NOT_THERE
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    Resolver,
    Resource,
    Source,
    plain,
    references,
)

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._properties import Ids, Schemas

STACK_ID = "OS::stack_id"
"""The output of a nested stack that stands for the resource itself."""
_MIRRORS = {("OS::Heat::TestResource", "output"): "value"}
"""Attributes that repeat a property of another name."""


@dataclass(frozen=True)
class Known:
    """What is known of the stack as it is: its types' schemas, and by path the status of each resource, if read."""

    schemas: Schemas
    statuses: Mapping[str, str] | None
    ids: Ids
    path: str = ""

    def below(self, name: str) -> Known:
        """Return what is known of a nested stack."""
        return replace(self, path=f"{self.path}{name}/")

    def status(self, name: str) -> str | None:
        """Return a resource's status; None where none was read."""
        return None if self.statuses is None else self.statuses.get(self.path + name, NOT_THERE[0])

    def members(self, name: str) -> list[str] | None:
        """Return the resources that a nested stack has now; None where they were not read."""
        start = f"{self.path}{name}/"
        if self.statuses is None:
            return None
        below = [path.removeprefix(start) for path in self.statuses if path.startswith(start)]
        return [name for name in below if "/" not in name]


def all_alike(source: Source, resources: Mapping[str, Resource], action: str, path: str = "") -> list[ResourcePlan]:
    """Plan the same for each resource and what is nested in it."""
    plans = []
    for name, resource in resources.items():
        plans.append(ResourcePlan(path + name, resource.type, action))
        child = child_of(source, seen_from_inside(resource, ()), None)
        plans += all_alike(child, resources_of(child), action, f"{path}{name}/") if child else []
    return plans


class Update:
    """The update of one stack or nested stack, in which actions travel along references until they settle."""

    def __init__(self, before: Source, after: Source, known: Known) -> None:
        """Compare what can be compared resource by resource."""
        self._before, self._after, self._known = before, after, known
        self._old_resolver, self._new_resolver = Resolver(before), Resolver(after)
        self._old, self._new = _existing(self._old_resolver.resources(), known), self._new_resolver.resources()
        self._old_shown = Veiled(before, self._old_resolver).resources()
        self._new_shown = Veiled(after, self._new_resolver).resources()
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
        return all_alike(child, resources_of(child), action, f"{self._known.path}{name}/") if child else []

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

    def _pair(self, before: Resource, after: Resource) -> Pair:
        status = self._known.status(after.name) or ""
        kind = real_type(self._after, after)
        schema = self._known.schemas.get(kind)
        if is_template(kind):
            schema = schema_of(template_of(self._after, kind) or {})
        differs = before.sections != after.sections or (not is_template(kind) and before.type != after.type)
        touched = differs or status.endswith(("_FAILED", "_IN_PROGRESS"))
        shown = (self._old_shown[before.name].properties, self._new_shown[after.name].properties)
        pair = Pair(before, after, kind, schema, shown, {}, touched, status)
        for name in dict.fromkeys([*before.properties, *after.properties, *described(schema)]):
            old, new = (value_of(item, name, schema, self._known.ids) for item in (before, after))
            if old != new:
                pair.changes[name] = change_of(pair, name)
        return pair

    def _settle_one(self, pair: Pair) -> bool:
        """Bring one resource's action up to date; tell whether anything about it changed."""
        before = (pair.action, len(pair.changes), pair.moved)
        pair.moved = frozenset(
            item for value in pair.after.sections.values() for item in references(value) if self._moved(item)
        )
        for name, value in pair.after.properties.items():
            if name not in pair.changes and pair.moved & set(references(value)):
                pair.changes[name] = change_of(pair, name)
        if is_nested(pair.kind) and before[2] != pair.moved:
            pair.child = self._child(pair)
        touched = pair.touched or bool(pair.changes) or bool(pair.moved) or bool(pair.child and pair.child.touched)
        pair.action = "replace" if pair.after.name in self.renewed else action_of(pair, touched)
        return before != (pair.action, len(pair.changes), pair.moved)

    def _child(self, pair: Pair) -> Update | None:
        """Plan the update of a nested stack; None for one that cannot be looked into."""
        name = pair.after.name
        members = self._known.members(name)
        scaled = scaled_members(pair.after, members) if pair.kind == SCALING_GROUP else members
        old = child_of(self._before, seen_from_inside(pair.before, ()), members)
        new = child_of(self._after, seen_from_inside(pair.after, pair.moved or ()), scaled)
        if old is None or new is None:
            return None
        try:
            child = Update(old, new, self._known.below(name))
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


def _nested_moved(target: Pair, attribute: str | None) -> bool:
    if target.action == "replace":
        return True
    return target.child.shows_other(attribute, target.kind) if target.child else bool(target.changes)


def _attribute_moved(target: Pair, attribute: str | None) -> bool:
    if attribute is None:
        return target.action == "replace"
    mirrored = _MIRRORS.get((target.kind, attribute), attribute)
    if target.action == "update":
        return mirrored in target.changes
    return mirrored not in target.after.properties or mirrored in target.changes


def _existing(resources: dict[str, Resource], known: Known) -> dict[str, Resource]:
    """Leave out the resources of the stored template that were never made."""
    return {name: item for name, item in resources.items() if known.status(name) not in NOT_THERE}


def _servers_that_failed_to_start(pairs: dict[str, Pair]) -> list[str]:
    """Find the servers that reported a failure: first boot runs once, so only a new machine can do better."""
    failed = [pair for pair in pairs.values() if pair.kind == WAIT_CONDITION and pair.status.endswith("_FAILED")]
    handles = {name for pair in failed for name, _attribute in references(pair.after.properties.get("handle"))}
    servers = [pair.after for pair in pairs.values() if pair.kind == SERVER]
    return sorted(item.name for item in servers if handles & {name for name, _attribute in references(item.properties)})


def _handles_of_replaced_servers(pairs: dict[str, Pair]) -> list[str]:
    """Find the handles that new machines signal to, which must be new as well."""
    replaced = [pair for pair in pairs.values() if pair.kind == SERVER and pair.action == "replace"]
    referred = {name for pair in replaced for name, _attribute in references(pair.after.sections.get("properties"))}
    return sorted(name for name in referred if name in pairs and pairs[name].after.type in WAIT_HANDLES)
