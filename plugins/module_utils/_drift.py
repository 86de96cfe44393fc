# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a host is no longer as its stack has it: Heat's own check, and a look at what Heat does not look at.

Heat's check asks Nova whether a server is ACTIVE, and says of a port, a floating IP or a security group that all
is well without looking. So those are looked at in Neutron and Nova. What is gone or has other rules is marked, for the
next update to make it anew. Of what can be put back in place a note is left, on which Heat does nothing: somebody
else's update must not cost an address or a disk. What a check finds is in the stack afterwards; `is_spared`,
`is_noted` and `is_as_declared` read it.

PRIVATE to the collection.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._differences import Difference, cuts_off, said_of
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import plain_reason
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import FLOATING_IP, PORT, SECURITY_GROUP, SERVER
from ansible_collections.heatdock.hosts.plugins.module_utils._rules import DELETED, rule_problem
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    Resolver,
    Source,
    content_of,
    effective_parameters,
    hidden_parameters,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import in_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat, Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome
    from ansible_collections.heatdock.hosts.plugins.module_utils._live import Live
    from ansible_collections.heatdock.hosts.plugins.module_utils._stacks import Stacks

RENEWED = "renewed with its server"
"""Why a resource is marked that an update of ours is about to replace."""
GONE = "it is gone, deleted behind Heat's back"
CHANGED = "it was changed behind Heat's back: "
NOTED = "noted for the next run: "
"""How a reason begins that is a note of ours."""
DEALT_WITH = "dealt with"
"""What is left of a note that was dealt with."""
STACK = "OS::Heat::Stack"
LONGEST_VALUE = 80
"""Longer values of parameters are only said to differ."""
NOT_DECLARED = "it is not declared"
NOT_OURS = f"it lacks the tag {TAG}: it was made, or changed, by other means"

_POWER = re.compile(r"expected 'ACTIVE', got '(\w+)'")
_DEAD = ("ERROR", "DELETED", "SOFT_DELETED", "UNKNOWN")
_NOT_CHECKED = ("SUSPEND", "ROLLBACK", "DELETE")
_NO_SERVER = ("CREATE_FAILED", "CREATE_IN_PROGRESS", "SUSPEND_", "DELETE_")
"""Statuses of a stack that has no server, or one that sleeps."""
_CUTS_OFF = re.compile(f"{GONE}|could not be found|expected 'ACTIVE', got '(?!VERIFY_RESIZE)|{DELETED}")
"""What is said of a resource without which its host cannot be reached, but for what can be put back in place."""
_THERE = re.compile(r"(?!DELETE_|INIT_)\w+_COMPLETE")


def is_spared(resource: Row) -> bool:
    """Tell whether a resource is marked as failed that needs no replacement.

    A server that is merely switched off is one, for Heat's check wants it ACTIVE and an update would destroy it;
    what an update of ours marked that was then never sent; and what a note was about to be left on.
    """
    if resource["resource_status"] != "CHECK_FAILED":
        return False
    reason = resource.get("resource_status_reason") or ""
    power = _POWER.search(reason) if resource["resource_type"] == SERVER else None
    return reason == RENEWED or is_noted(resource) or bool(power and power[1] not in _DEAD)


def is_noted(resource: Row) -> bool:
    """Tell whether a check left a note on a resource, that it or its stack is to be looked at."""
    status, reason = resource["resource_status"], resource.get("resource_status_reason") or ""
    return status in ("CHECK_COMPLETE", "CHECK_FAILED") and reason.startswith(NOTED)


def is_as_declared(resources: Sequence[Row], source: Source) -> bool:
    """Tell whether every resource that is declared is there, by what Heat's last check found."""
    sound = {row["resource_name"] for row in own(resources) if _THERE.fullmatch(row["resource_status"])}
    spared = {row["resource_name"] for row in own(resources) if is_spared(row)}
    return set(Resolver(source).resources()) <= sound | spared


def undeclared_inputs(before: Source, after: Source) -> str:
    """Say which of a stack's inputs are not those that are declared; hidden and long values are not shown."""
    old, new = effective_parameters(before), effective_parameters(after)
    hidden = hidden_parameters(before.template) | hidden_parameters(after.template)
    said = []
    for name in sorted(name for name in {*old, *new} if old.get(name) != new.get(name)):
        values = [_shown(values.get(name)) for values in (old, new)]
        is_told = name not in hidden and max(map(len, values)) <= LONGEST_VALUE
        said.append(f"{name} is {values[0]}, declared is {values[1]}" if is_told else f"{name} is another")
    said += ["the template is another"] if content_of(before) != content_of(after) else []
    return f"its inputs are not what is declared: {', '.join(said)}" if said else ""


def undeclared_host(row: Row) -> dict[str, Any]:
    """Say that a host is there which is not declared."""
    return _entry(row["stack_name"], STACK, NOT_DECLARED)


class Drift:
    """Checks one host at a time; safe to use from many threads."""

    def __init__(self, heat: Heat, stacks: Stacks, live: Live, *, check: bool) -> None:
        """Take the API; with `check` nothing is written, so that Heat's own check is left out."""
        self._heat = heat
        self._stacks = stacks
        self._live = live
        self._check = check

    def look(self, outcome: Outcome, undeclared: Callable[[Row], str]) -> None:
        """Find what is wrong with a host; `undeclared` says which of a stack's inputs are not those declared."""
        row = (self._stacks.supposed if self._check else self._stacks.ready)(outcome.stack) if outcome.stack else None
        outcome.stack = row or {}
        if obstacle := self._obstacle(row):
            has_server = row is not None and not row["stack_status"].startswith(_NO_SERVER)
            outcome.drift = [_entry(outcome.name, STACK, obstacle, cuts_off=not has_server)]
            return
        if self._check:
            outcome.notes.append("Heat's own check is left out in check mode, since it writes")
        else:
            outcome.stack = self._stacks.check(outcome.stack)
        inputs = undeclared(outcome.stack)
        found = self._look_at_resources(outcome.stack, inputs)
        outcome.drift = [*([_entry(outcome.name, STACK, inputs)] if inputs else []), *found]

    def _obstacle(self, row: Row | None) -> str:
        """Say why a stack is no host of ours whose resources could be looked at."""
        if row is None:
            return "it does not exist"
        if TAG not in (row.get("tags") or ()):
            return NOT_OURS
        return "" if _can_be_checked(row) else f"it is {row['stack_status']}{self._reason(row)}"

    def _look_at_resources(self, row: Row, inputs: str) -> list[dict[str, Any]]:
        """Say what is wrong with a stack's resources, and leave word of that and of other inputs."""
        resources = self._heat.resources(row)
        anew, put_back = self._wrong(row, own(resources))
        if not self._check:
            self._leave_word(row, own(resources), anew, put_back, inputs)
        drift = []
        for item in resources:
            name, kind = item["resource_name"], item["resource_type"]
            failed = item["resource_status"].endswith("_FAILED") and name not in anew and not is_noted(item)
            reasons = [anew.get(name, ""), _said(item) if failed else ""]
            drift += [_entry(name, kind, reason, cuts_off=_cuts_off(kind, reason)) for reason in reasons if reason]
            if differences := put_back.get(name):
                drift.append(_entry(name, kind, _changed(differences), cuts_off=cuts_off(differences)))
        return drift

    def _reason(self, row: Row) -> str:
        return f": {self._stacks.failure(row)}" if row["stack_status"].endswith("_FAILED") else ""

    def _wrong(self, row: Row, resources: Sequence[Row]) -> tuple[dict[str, str], dict[str, list[Difference]]]:
        """Say by name what is wrong with resources that Heat found well: what is to be made anew, and put back."""
        seen = self._live.seen(resources)
        anew: dict[str, str] = {}
        put_back: dict[str, list[Difference]] = {}
        for resource in seen.made:
            name = resource["resource_name"]
            if resource["resource_status"] == "CHECK_FAILED" and not is_spared(resource):
                continue
            found = seen.rows.get(resource["physical_resource_id"])
            if reason := GONE if found is None else self._rules(row, resource, found):
                anew[name] = reason
            elif differences := self._live.differences(row, resource, seen):
                put_back[name] = differences
        return anew, put_back

    def _rules(self, row: Row, resource: Row, found: Row) -> str:
        """Say which rules of a security group are not those that Heat gave it."""
        if resource["resource_type"] != SECURITY_GROUP:
            return ""
        given = self._heat.applied_properties(row, resource)
        return "" if given is None else rule_problem(given.get("rules") or [], found)

    def _leave_word(
        self,
        row: Row,
        resources: Sequence[Row],
        anew: Mapping[str, str],
        put_back: Mapping[str, Sequence[Difference]],
        inputs: str,
    ) -> None:
        """Leave with the resources what the next run needs to know."""
        for name, reason in anew.items():
            self._heat.mark_unhealthy(row, name, reason)
        notes = {name: _changed(differences) for name, differences in put_back.items()}
        sound = [item["resource_name"] for item in resources if _THERE.fullmatch(item["resource_status"])]
        if inputs and not notes and (free := [name for name in sound if name not in anew]):
            notes[free[0]] = inputs
        for name, reason in notes.items():
            self._heat.note(row, name, f"{NOTED}{reason}")


def _can_be_checked(row: Row) -> bool:
    """Tell whether Heat may check a stack: of one that failed it would forget why, of a suspended one that it is."""
    status = row["stack_status"]
    if status.startswith("CHECK_"):
        return not in_progress(row)
    return bool(status.endswith("_COMPLETE")) and not status.startswith(_NOT_CHECKED)


def own(resources: Sequence[Row]) -> list[Row]:
    """Return the resources of the stack itself, not those nested in it."""
    return [row for row in resources if not row.get("parent_resource")]


def _said(resource: Row) -> str:
    return plain_reason(resource.get("resource_status_reason"))


def _shown(value: object) -> str:
    return value if isinstance(value, str) and value else json.dumps(value)


def _changed(differences: Sequence[Difference]) -> str:
    return f"{CHANGED}{said_of(differences)}"


def _cuts_off(kind: str, reason: str) -> bool:
    return kind in (SERVER, PORT, FLOATING_IP, SECURITY_GROUP) and bool(_CUTS_OFF.search(reason))


def _entry(name: str, kind: str, reason: str, *, cuts_off: bool = False) -> dict[str, Any]:
    return {"name": name, "type": kind, "reason": reason, "cuts_off": cuts_off}
