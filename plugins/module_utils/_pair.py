# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One resource before and after an update, and what its properties make of it.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._changes import PropertyChange
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import ALWAYS_REPLACED, NEVER_TOUCHED, PORT, SERVER
from ansible_collections.heatdock.hosts.plugins.module_utils._nested import is_nested
from ansible_collections.heatdock.hosts.plugins.module_utils._properties import Ids, normalised
from ansible_collections.heatdock.hosts.plugins.module_utils._template import ABSENT, Resource, Value, plain

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._update import Update

_SERVER_POLICIES = {
    "image": ("image_update_policy", "REBUILD"),
    "flavor": ("flavor_update_policy", "RESIZE"),
    "user_data": ("user_data_update_policy", "REPLACE"),
}
_LOOKED_AT = ("OS::Nova::Server", "OS::Neutron::", "OS::Cinder::Volume")
"""Types of which Heat looks at a failed one, and keeps it when its service says that it is well."""


@dataclass
class Pair:
    """A resource that is in both templates with the same implementation; `kind` is its type behind any alias.

    `shown` are its properties before and after with secrets masked.
    """

    before: Resource
    after: Resource
    kind: str
    schema: Mapping[str, Any] | None
    shown: tuple[Mapping[str, Any], Mapping[str, Any]]
    changes: dict[str, PropertyChange]
    touched: bool
    status: str = ""
    action: str = "none"
    child: Update | None = None
    moved: frozenset[tuple[str, str | None]] | None = None

    @property
    def given_up(self) -> bool:
        """Tell whether Heat replaces the resource because it failed, or because its own work on it broke off."""
        if is_nested(self.kind):
            return self.status == "CHECK_FAILED" and not (self.child and self.child.knows_what_failed)
        failed = self.status.endswith(("_FAILED", "_IN_PROGRESS"))
        return self.status == "CHECK_FAILED" or (failed and not self.kind.startswith(_LOOKED_AT))


def described(schema: Mapping[str, Any] | None) -> list[str]:
    """Name `description` where the resource's own one serves for the property."""
    described = (schema or {}).get("description") or {}
    return ["description"] if described.get("update_allowed") else []


def value_of(resource: Resource, name: str, schema: Mapping[str, Any] | None, ids: Ids) -> Value:
    value = resource.properties.get(name, ABSENT)
    if value is ABSENT and name == "description" and name in described(schema):
        return resource.description or None
    return normalised(value, (schema or {}).get(name), ids)


def change_of(pair: Pair, name: str) -> PropertyChange:
    before, after = (plain(properties.get(name)) for properties in pair.shown)
    return PropertyChange(
        name,
        before,
        after,
        forces_replacement=_forces_replacement(pair, name),
        ignored=_policy(pair, name) == "IGNORE",
    )


def _policy(pair: Pair, name: str) -> str | None:
    """Return the update policy a server has for one of its properties."""
    if pair.kind != SERVER or name not in _SERVER_POLICIES:
        return None
    policy, default = _SERVER_POLICIES[name]
    for resource in (pair.after, pair.before):
        if resource.properties.get(policy):
            return str(resource.properties[policy])
    return default


def _forces_replacement(pair: Pair, name: str) -> bool:
    if pair.kind == "OS::Heat::TestResource" and name == "value":
        return bool(normalised(pair.after.properties.get("update_replace", False), {"type": "boolean"}, {}))
    policy = _policy(pair, name)
    if policy is not None:
        return policy == "REPLACE"
    if pair.schema is None:
        return False
    return not (pair.schema.get(name) or {}).get("update_allowed", False)


def action_of(pair: Pair, touched: bool) -> str:
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
