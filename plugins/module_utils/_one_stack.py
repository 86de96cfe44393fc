# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One stack of any template brought to what is declared: planned first, then done, unless it is only to be checked.

PRIVATE to the collection.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    ConflictError,
    HeatdockError,
    StackError,
    joined,
    listed,
    plain_reason,
    quoted,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._failures import Failure, failure_of
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG, Cloud, Heat, Row
from ansible_collections.heatdock.hosts.plugins.module_utils._host import SETTLED, Outcome
from ansible_collections.heatdock.hosts.plugins.module_utils._mistakes import refuse_template
from ansible_collections.heatdock.hosts.plugins.module_utils._nested import is_nested, nested_problems, real_types
from ansible_collections.heatdock.hosts.plugins.module_utils._parameters import immutable, parameter_problems
from ansible_collections.heatdock.hosts.plugins.module_utils._plan import (
    data_losses,
    plan_create,
    plan_delete,
    plan_update,
    types_to_compare,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._resolve import Names, read_names
from ansible_collections.heatdock.hosts.plugins.module_utils._resource_types import ResourceTypes
from ansible_collections.heatdock.hosts.plugins.module_utils._rows import by_path, statuses_of
from ansible_collections.heatdock.hosts.plugins.module_utils._sources import kept_spelling, revealed, without_ports
from ansible_collections.heatdock.hosts.plugins.module_utils._stack_report import events_of
from ansible_collections.heatdock.hosts.plugins.module_utils._stacks import Stacks
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    INPUTS_TAG_PREFIX,
    Source,
    inputs_tag,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import Watch, in_progress

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._changes import StackPlan

LAST_EVENTS = 20
EVENTS_WITH_ROLLBACK = 200
FAILED_FORWARD = ("UPDATE_FAILED", "CREATE_FAILED", "DELETE_FAILED")
LONGEST_TAG = 80
NO_TAG = "heatdock-none"
"""A tag that no stack has: what is watched here is read by itself."""

MADE_ANEW = frozenset({"DELETE_FAILED", "DELETE_IN_PROGRESS"})
"""Statuses of a stack that Heat does not update any more."""

ROLLED_BACK = {
    "ROLLBACK_COMPLETE": "Heat rolled the update back, the stack is as it was before; correct the cause and run again",
    "ROLLBACK_FAILED": "Heat's rollback of the update failed too; correct the cause and run again, which goes on "
    "from there",
}


STACK_OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "template": {"type": "path"},
    "environments": {"type": "list", "elements": "path", "default": []},
    "parameters": {"type": "dict", "default": {}},
    "tags": {"type": "list", "elements": "str"},
    "timeout": {"type": "int", "default": 3600},
    "max_wait": {"type": "int"},
    "rollback": {"type": "bool", "default": False},
    "adopt": {"type": "str", "choices": ["harmless", "always", "never"], "default": "harmless"},
    "keep_failed": {"type": "bool", "default": False},
}
"""The options of the module `stack` beside those of the cloud."""

SETTINGS = ("timeout", "max_wait", "rollback", "adopt", "keep_failed")
"""Those of them that say how a stack is worked on."""


@dataclass
class Settings:
    """How a stack is worked on."""

    timeout: int = 3600
    max_wait: int | None = None
    rollback: bool = False
    adopt: str = "harmless"
    keep_failed: bool = False
    check: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        for name in ("timeout", "max_wait"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise HeatdockError(f"{name} is {value}; give 1 or more")


class _Heat(Heat):
    """Heat that remembers what was made, so that its events can be read when it is gone again."""

    made: Row | None = None

    def create(self, source: Source, tags: Sequence[str], timeout_mins: int) -> Row:
        """Start the creation of a stack."""
        self.made = super().create(source, tags, timeout_mins)
        return self.made


class _Stacks(Stacks):
    """The life of a stack with a time limit of Heat's own, whose events are read before a failed one is deleted."""

    def __init__(self, heat: Heat, watch: Watch, settings: Settings) -> None:
        super().__init__(heat, watch, settings.max_wait or settings.timeout)
        self._timeout_mins = max(1, math.ceil(settings.timeout / 60))
        self._keep = settings.keep_failed
        self.events: list[Row] = []
        self.rows: list[Row] = []

    def failure(self, row: Row) -> Failure:
        """Find out why a stack failed, by the path of the resource, and keep what happened."""
        if not self.events:
            self.keep_traces(row)
        failure = super().failure(row)
        failed = {
            path: item for path, item in by_path(self.rows).items() if item["resource_status"].endswith("_FAILED")
        }
        paths = [path for path, item in failed.items() if item["resource_name"] == failure.resource]
        return replace(failure, resource=paths[-1]) if paths else failure

    def failure_before_rollback(self, row: Row) -> Failure:
        """Find out why an update failed that Heat took back: the deepest resource that failed in it."""
        events = self._heat.events(row, EVENTS_WITH_ROLLBACK)
        starts = [number for number, event in enumerate(events) if _begins_update(event, row)]
        self.events, self.rows = events[: starts[0] + 1] if starts else events, self._heat.resources(row)
        failed = [event for event in events_of(self.events, self.rows) if event["status"] in FAILED_FORWARD]
        if not failed:
            return failure_of(row, [])
        event = max(reversed(failed), key=lambda item: item["resource"].count("/"))
        kind = by_path(self.rows).get(event["resource"], {}).get("resource_type", "")
        return Failure(plain_reason(event["reason"]), event["resource"], kind)

    def keep_traces(self, row: Row) -> None:
        """Read what happened last, and to which resources."""
        self.events, self.rows = self._heat.events(row, LAST_EVENTS), self._heat.resources(row)

    def _cleared(self, row: Row, objection: str = "") -> StackError:
        self.keep_traces(row)
        if not self._keep:
            return super()._cleared(row, objection)
        reason = objection or (self._still(row) if in_progress(row) else self.failure(row))
        return StackError(f"{reason}; its stack is kept for a look, run again to go on from it", row)


class OneStack:
    """Works on the one stack of a name."""

    def __init__(self, cloud: Cloud, settings: Settings) -> None:
        """Take the cloud; nothing is sent yet."""
        self._cloud = cloud
        self._settings = settings
        self._heat = _Heat(cloud, rollback=settings.rollback)
        self._stacks = _Stacks(self._heat, Watch(self._heat, NO_TAG), settings)
        self._types = ResourceTypes(self._heat)
        self.resources: list[Row] = []

    def present(self, outcome: Outcome, source: Source, tags: Sequence[str] | None) -> None:
        """Create or update the stack; every problem that can be told before the first write is told."""
        problems = [*parameter_problems(source), *nested_problems(source), *_tag_problems(tags or ())]
        if problems:
            raise joined(problems)
        try:
            self._bring_about(outcome, source, tags)
        except ConflictError:  # someone else was faster: go on from what they made
            self._bring_about(outcome, source, tags)

    def absent(self, outcome: Outcome) -> None:
        """Delete the stack."""
        row = self._found(outcome)
        if row is None:
            return
        outcome.action, outcome.plan = "delete", plan_delete(self._heat.resources(row))
        outcome.tags_before = list(row.get("tags") or ())
        if not self._settings.check:
            self._stacks.delete(row)
            outcome.stack = {}

    def look(self, outcome: Outcome) -> None:
        """Read the stack with its outputs and resources as it is now."""
        if outcome.stack:
            outcome.stack = self._stacks.read(outcome.stack)
            self.resources = self._heat.resources(outcome.stack)

    def rows_of_failure(self, error: StackError) -> list[Row]:
        """Return the resources of a stack that failed, as they were then."""
        if error.row and not self._stacks.events:
            self._stacks.keep_traces(error.row)
        return self._stacks.rows

    def events_of_failure(self, error: StackError) -> list[dict[str, Any]]:
        """Return the last events of a stack that failed."""
        rows = self.rows_of_failure(error)
        return events_of(self._stacks.events, rows)

    def _found(self, outcome: Outcome) -> Row | None:
        outcome.stack = next(iter(self._heat.named([outcome.name])), {})
        return outcome.stack or None

    def _bring_about(self, outcome: Outcome, source: Source, tags: Sequence[str] | None) -> None:
        row = self._ready(outcome)
        if row is not None and TAG in (row.get("tags") or ()):
            raise HeatdockError(
                f"the stack {outcome.name} is a Docker host; work on it with heatdock.hosts.docker_hosts"
            )
        wanted = [inputs_tag(source), *(_own_tags(row) if tags is None else tags)]
        if row is not None and _is_quiet(row, wanted):
            return
        names = read_names(self._cloud, self._types, [source])
        if problems := names.problems(source):
            raise joined(problems)
        if row is None or row["stack_status"] in MADE_ANEW:
            self._create(outcome, names.sent(source), row, wanted)
        else:
            self._update(outcome, source, row, wanted, names)

    def _ready(self, outcome: Outcome) -> Row | None:
        """Return the stack once nobody else is at work on it."""
        row = self._found(outcome)
        if row is None or not in_progress(row):
            return row
        if not self._settings.check:
            outcome.stack = self._stacks.ready(row) or {}
            return outcome.stack or None
        outcome.notes.append(f"it is {row['stack_status']}; the plan supposes that this ends well")
        return self._stacks.supposed(row)

    def _create(self, outcome: Outcome, source: Source, row: Row | None, tags: Sequence[str]) -> None:
        outcome.action, outcome.plan, outcome.after = "create", plan_create(source), source
        outcome.tags_after = list(tags)
        if row is not None:
            outcome.notes.append(f"its stack is {row['stack_status']}; it is deleted and created anew")
        if row is None:
            refuse_template(self._heat, self._types, source, new=True, check=self._settings.check)
        if self._settings.check:
            return
        if row is not None:
            self._stacks.delete(row)
        outcome.stack = {}
        outcome.stack = self._stacks.create(source, tags)

    def _update(self, outcome: Outcome, source: Source, row: Row, tags: Sequence[str], names: Names) -> None:
        _refuse_suspended(row)
        outcome.tags_before = list(row.get("tags") or ())
        before = revealed(self._heat.source(row), source, outcome.tags_before)
        after = kept_spelling(before, names.sent(source), names.same_ids())
        _refuse_immutable(before, after)
        tags_changed = set(_own_tags(row)) != set(_own_tags({"tags": tags}))
        plan = plan_update(
            before,
            after,
            self._types.of(types_to_compare(before, after)),
            self._statuses(row, before, after),
            tags_changed=tags_changed,
            renew=False,
            ids=names.ids_by_constraint(),
        )
        if row["stack_status"] in SETTLED and not plan.changed and not tags_changed:
            return
        self._refuse_takeover(row, plan)
        outcome.action, outcome.plan = "update", plan
        outcome.before, outcome.after, outcome.tags_after = before, after, list(tags)
        outcome.notes += data_losses(plan, before)
        refuse_template(self._heat, self._types, after, new=False, check=self._settings.check)
        if self._settings.check:
            return
        try:
            if plan.detached:
                row = self._stacks.update(row, without_ports(before, after, plan.detached), _own_tags(row))
            outcome.stack = self._stacks.update(row, after, tags)
        except StackError as error:
            raise self._told_of_rollback(error) from error

    def _told_of_rollback(self, error: StackError) -> StackError:
        """Say of an update that Heat took back that it did."""
        remedy = ROLLED_BACK.get(str(error.row.get("stack_status")))
        if remedy is None:
            return error
        return StackError(f"{self._stacks.failure_before_rollback(error.row)}; {remedy}", error.row, error.note)

    def _statuses(self, row: Row, before: Source, after: Source) -> dict[str, str] | None:
        """Read the resources' statuses where a failure may have left some behind, or nested stacks hold members."""
        if row["stack_status"] in SETTLED and not any(map(is_nested, real_types(before) | real_types(after))):
            return None
        return statuses_of(self._heat.resources(row))

    def _refuse_takeover(self, row: Row, plan: StackPlan) -> None:
        """Refuse to take over a stack made elsewhere as far as the user wants that."""
        name, how = row["stack_name"], self._settings.adopt
        if how == "always" or any(tag.startswith(INPUTS_TAG_PREFIX) for tag in row.get("tags") or ()):
            return
        if how == "never":
            raise HeatdockError(
                f"the stack {name} was made elsewhere and adopt is never; choose another name, or adopt it"
            )
        lost = [item.name for item in plan.resources if item.action in ("delete", "replace")]
        if lost:
            raise HeatdockError(
                f"the stack {name} was made elsewhere, and taking it over would delete or replace {listed(lost)}; "
                "choose another name, or say adopt=always"
            )


def _begins_update(event: Row, row: Row) -> bool:
    return bool(event.get("physical_resource_id") == row["id"] and event["resource_status"] == "UPDATE_IN_PROGRESS")


def _own_tags(row: Row | None) -> list[str]:
    """Return the tags of a stack that are its owner's."""
    return [tag for tag in (row or {}).get("tags") or () if not tag.startswith(INPUTS_TAG_PREFIX)]


def _is_quiet(row: Row, tags: Sequence[str]) -> bool:
    """Tell from a listing alone that a stack is what is declared."""
    return row["stack_status"] in SETTLED and set(row.get("tags") or ()) == set(tags)


def _tag_problems(tags: Sequence[str]) -> list[str]:
    problems = [
        f"tag {quoted(tag)} is longer than {LONGEST_TAG} characters; shorten it"
        for tag in tags
        if len(tag) > LONGEST_TAG
    ]
    problems += [
        f"tag {quoted(tag)} has a comma or is empty; Heat takes neither" for tag in tags if not tag or "," in tag
    ]
    reserved = [tag for tag in tags if tag == TAG or tag.startswith(INPUTS_TAG_PREFIX)]
    return problems + [
        f"tag {quoted(tag)} is reserved for the collection's own use; choose another" for tag in reserved
    ]


def _refuse_immutable(before: Source, after: Source) -> None:
    """Refuse what Heat refuses only when the update is sent, which a check does not do."""
    for name, _old, _new in immutable(before, after):
        raise HeatdockError(f"parameter {name} is immutable and differs; leave it as it is, or make another stack")


def _refuse_suspended(row: Row) -> None:
    if row["stack_status"].startswith("SUSPEND"):
        raise HeatdockError(f"the stack {row['stack_name']} is suspended; resume it with openstack stack resume first")
