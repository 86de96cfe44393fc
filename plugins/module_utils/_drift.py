# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a host is no longer as its stack has it: Heat's own check, and a look at what Heat does not look at.

Heat's check asks Nova whether a server is ACTIVE, and says of a port, a floating IP or a security group that all
is well without looking. So those are looked for in Neutron, with the rules of security groups, and what is gone or
has other rules is marked, for the next update to make it anew. What a check finds is in the stack afterwards;
`is_spared` and `is_as_declared` read it.

PRIVATE to the collection.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import plain_reason
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import SERVER
from ansible_collections.heatdock.hosts.plugins.module_utils._rules import rule_problem
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Resolver, Source
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import in_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat, Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome
    from ansible_collections.heatdock.hosts.plugins.module_utils._stacks import Stacks

RENEWED = "renewed with its server"
"""Why a resource is marked that an update of ours is about to replace."""
GONE = "it is gone, deleted behind Heat's back"
STACK = "OS::Heat::Stack"
GROUP = "OS::Neutron::SecurityGroup"

_COLLECTIONS = {
    "OS::Neutron::Port": "ports",
    "OS::Neutron::FloatingIP": "floatingips",
    GROUP: "security_groups",
}
"""Where Neutron lists what Heat's check does not look at."""
_POWER = re.compile(r"expected 'ACTIVE', got '(\w+)'")
_DEAD = ("ERROR", "DELETED", "SOFT_DELETED", "UNKNOWN")
_NOT_CHECKED = ("SUSPEND", "ROLLBACK", "DELETE")
_THERE = re.compile(r"(?!DELETE_|INIT_)\w+_COMPLETE")


def is_spared(resource: Row) -> bool:
    """Tell whether a resource is marked as failed that needs no replacement.

    A server that is merely switched off is one, for Heat's check wants it ACTIVE and an update would destroy it;
    and what an update of ours marked that was then never sent.
    """
    if resource["resource_status"] != "CHECK_FAILED":
        return False
    reason = resource.get("resource_status_reason") or ""
    power = _POWER.search(reason) if resource["resource_type"] == SERVER else None
    return reason == RENEWED or bool(power and power[1] not in _DEAD)


def is_as_declared(resources: Sequence[Row], source: Source) -> bool:
    """Tell whether every resource that is declared is there, by what Heat's last check found."""
    sound = {row["resource_name"] for row in _own(resources) if _THERE.fullmatch(row["resource_status"])}
    spared = {row["resource_name"] for row in _own(resources) if is_spared(row)}
    return set(Resolver(source).resources()) <= sound | spared


class Drift:
    """Checks one host at a time; safe to use from many threads."""

    def __init__(self, heat: Heat, stacks: Stacks, *, check: bool) -> None:
        """Take the API; with `check` nothing is written, so that Heat's own check is left out."""
        self._heat = heat
        self._stacks = stacks
        self._check = check

    def look(self, outcome: Outcome) -> None:
        """Find what is wrong with a host."""
        row = (self._stacks.supposed if self._check else self._stacks.ready)(outcome.stack) if outcome.stack else None
        outcome.stack = row or {}
        if row is None:
            outcome.drift = [_entry(outcome.name, STACK, "it does not exist")]
            return
        if not _can_be_checked(row):
            outcome.drift = [_entry(outcome.name, STACK, f"it is {row['stack_status']}{self._reason(row)}")]
            return
        if self._check:
            outcome.notes.append("Heat's own check is left out in check mode, since it writes")
        else:
            outcome.stack = row = self._stacks.check(row)
        resources = self._heat.resources(row)
        wrong = self._wrong(row, _own(resources))
        if not self._check:
            for name, reason in wrong.items():
                self._heat.mark_unhealthy(row, name, reason)
        outcome.drift = [
            _entry(item["resource_name"], item["resource_type"], wrong.get(item["resource_name"]) or _said(item))
            for item in resources
            if item["resource_name"] in wrong or item["resource_status"].endswith("_FAILED")
        ]

    def _reason(self, row: Row) -> str:
        return f": {self._stacks.failure(row)}" if row["stack_status"].endswith("_FAILED") else ""

    def _wrong(self, row: Row, resources: Sequence[Row]) -> dict[str, str]:
        """Say by name what is wrong with resources that Heat's check does not look at."""
        made = [resource for resource in resources if resource.get("physical_resource_id")]
        wrong = {
            item["resource_name"]: GONE for item in made if item["resource_type"] == SERVER and self._is_lost(item)
        }
        for kind, collection in _COLLECTIONS.items():
            ours = [resource for resource in made if resource["resource_type"] == kind]
            known = self._heat.network_rows(collection, [item["physical_resource_id"] for item in ours]) if ours else {}
            for resource in ours:
                found = known.get(resource["physical_resource_id"])
                if reason := GONE if found is None else self._changed(row, resource, found):
                    wrong[resource["resource_name"]] = reason
        return wrong

    def _changed(self, row: Row, resource: Row, found: Row) -> str:
        """Say which rules of a security group are not those that Heat gave it."""
        if resource["resource_type"] != GROUP:
            return ""
        given = self._heat.applied_properties(row, resource)
        return "" if given is None else rule_problem(given.get("rules") or [], found)

    def _is_lost(self, resource: Row) -> bool:
        """Tell of a server in check mode, where Heat does not."""
        return self._check and self._heat.server(resource["physical_resource_id"]) is None


def _can_be_checked(row: Row) -> bool:
    """Tell whether Heat may check a stack: of one that failed it would forget why, of a suspended one that it is."""
    status = row["stack_status"]
    if status.startswith("CHECK_"):
        return not in_progress(row)
    return bool(status.endswith("_COMPLETE")) and not status.startswith(_NOT_CHECKED)


def _own(resources: Sequence[Row]) -> list[Row]:
    """Return the resources of the stack itself, not those nested in it."""
    return [row for row in resources if not row.get("parent_resource")]


def _said(resource: Row) -> str:
    return plain_reason(resource.get("resource_status_reason"))


def _entry(name: str, kind: str, reason: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "reason": reason}
