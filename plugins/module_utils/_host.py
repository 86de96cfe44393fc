# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One host brought to what is declared: planned first, then done, unless it is only to be checked.

PRIVATE to the collection.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    ConflictError,
    HeatdockError,
    NotFoundError,
    listed,
    quoted,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG
from ansible_collections.heatdock.hosts.plugins.module_utils._plan import (
    StackPlan,
    kept_spelling,
    plan_create,
    plan_delete,
    plan_update,
    revealed,
    statuses_of,
    types_to_compare,
    without_servers,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._template import INPUTS_TAG_PREFIX, Source, inputs_tag
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import in_progress

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat, Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._resolve import SameIds
    from ansible_collections.heatdock.hosts.plugins.module_utils._stacks import Stacks

SETTLED = frozenset(f"{action}_COMPLETE" for action in ("CREATE", "UPDATE", "CHECK", "RESUME", "SNAPSHOT", "ADOPT"))
"""Statuses of a stack that is what its inputs say."""

MADE_ANEW = frozenset({"CREATE_FAILED", "DELETE_FAILED", "DELETE_IN_PROGRESS"})
"""Statuses of a stack in which nothing ever ran, or of which only remains are left."""


@dataclass
class Outcome:
    """What is to happen, or happened, to one host."""

    name: str
    action: str = "none"
    stack: Row = field(default_factory=dict)
    plan: StackPlan = field(default_factory=lambda: StackPlan([]))
    before: Source | None = None
    after: Source | None = None
    tags_before: list[str] = field(default_factory=list)
    tags_after: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str = ""

    def forget_plan(self) -> None:
        """Have nothing to do after all."""
        self.action, self.plan, self.before, self.after = "none", StackPlan([]), None, None
        self.tags_before, self.tags_after = [], []


def is_ours(row: Row) -> bool:
    """Tell whether a stack is a host of Heatdock's."""
    return TAG in (row.get("tags") or ())


def is_quiet(source: Source, row: Row | None) -> bool:
    """Tell from a listing alone that a host is what is declared."""
    tags = (row or {}).get("tags") or ()
    return bool(row) and TAG in tags and inputs_tag(source) in tags and (row or {})["stack_status"] in SETTLED


def new_tags(source: Source, row: Row | None) -> list[str]:
    """Return the tags a stack is to have: ours, and those its owner gave it."""
    return [TAG, inputs_tag(source), *_own_tags(row)]


def _own_tags(row: Row | None) -> list[str]:
    """Return the tags of a stack that are its owner's."""
    tags = (row or {}).get("tags") or ()
    return [tag for tag in tags if tag != TAG and not tag.startswith(INPUTS_TAG_PREFIX)]


class Hosts:
    """Works on one host at a time; safe to use from many threads."""

    def __init__(self, heat: Heat, stacks: Stacks, *, check: bool) -> None:
        """Take the API and the life of stacks; with `check` nothing is written or waited for."""
        self._heat = heat
        self._stacks = stacks
        self._check = check
        self._schemas: dict[str, dict[str, Any] | None] = {}
        self._schemas_lock = threading.Lock()

    def converge(self, outcome: Outcome, source: Source, same_ids: SameIds) -> None:
        """Create or update a host."""
        try:
            self._bring_about(outcome, source, same_ids)
        except ConflictError:  # someone else was faster: go on from what they made
            outcome.stack = next(iter(self._heat.named([source.stack_name])), {})
            self._bring_about(outcome, source, same_ids)

    def remove(self, outcome: Outcome) -> None:
        """Delete a host, unless it goes away by itself."""
        row = outcome.stack
        try:
            resources = self._heat.resources(row)
        except NotFoundError:
            outcome.stack = {}
            return
        outcome.action, outcome.plan = "delete", plan_delete(resources)
        outcome.tags_before = list(row.get("tags") or ())
        if not self._check:
            self._stacks.delete(row)
            outcome.stack = {}

    def _bring_about(self, outcome: Outcome, source: Source, same_ids: SameIds) -> None:
        row = self._ready(outcome)
        if is_quiet(source, row):
            outcome.forget_plan()
        elif row is None or row["stack_status"] in MADE_ANEW:
            self._create(outcome, source, row)
        else:
            self._update(outcome, source, row, same_ids)

    def _ready(self, outcome: Outcome) -> Row | None:
        """Return a host's stack once nobody else is at work on it."""
        if not outcome.stack:
            return None
        if self._check:
            row = self._stacks.supposed(outcome.stack)
            if row != outcome.stack:
                outcome.notes.append(f"it is {outcome.stack['stack_status']}; the plan supposes that this ends well")
            return row
        row = self._stacks.ready(outcome.stack)
        outcome.stack = row or {}
        return row

    def _create(self, outcome: Outcome, source: Source, row: Row | None) -> None:
        if row is not None:
            self._say_anew(outcome, row)
        outcome.action, outcome.plan, outcome.after = "create", plan_create(source), source
        outcome.tags_after = new_tags(source, None)
        if self._check:
            return
        if row is not None:
            self._stacks.delete(row)
        outcome.stack = {}
        outcome.stack = self._stacks.create(source, outcome.tags_after)
        outcome.stack = self._stacks.read(outcome.stack)

    def _say_anew(self, outcome: Outcome, row: Row) -> None:
        status = row["stack_status"]
        if not is_ours(row):
            raise HeatdockError(
                f"a stack of this name exists without the tag {TAG} and is {status}; delete it or rename the host"
            )
        reason = f": {self._stacks.failure(row)}" if status.endswith("_FAILED") else ""
        outcome.notes.append(f"its stack is {status}{reason}; it is deleted and created anew")

    def _update(self, outcome: Outcome, source: Source, row: Row, same_ids: SameIds) -> None:
        before = revealed(self._heat.source(row), source, row.get("tags") or ())
        after = kept_spelling(before, source, same_ids)
        plan = plan_update(before, after, self._schemas_of(types_to_compare(before, after)), self._states(row))
        if in_progress(row):
            outcome.notes.append(
                f"it was {row['stack_status']} for longer than Heat takes, Heat lost sight of it; taken up"
            )
        _refuse_foreign(row, plan)
        outcome.action = "replace" if plan.replaces_server else "update"
        outcome.plan, outcome.before, outcome.after = plan, before, after
        outcome.tags_before, outcome.tags_after = list(row.get("tags") or ()), new_tags(source, row)
        if self._check:
            return
        renewed = plan.renewed
        if plan.replaces_server and row["stack_status"] not in SETTLED:
            row = self._stacks.update(row, without_servers(after), [TAG, *_own_tags(row)])
            renewed = []
        outcome.stack = self._stacks.update(row, after, outcome.tags_after, renewed)
        outcome.stack = self._stacks.read(outcome.stack)

    def _states(self, row: Row) -> dict[str, str] | None:
        """Read the resources' statuses where a failure may have left some behind."""
        if row["stack_status"] in SETTLED:
            return None
        return statuses_of(self._heat.resources(row))

    def _schemas_of(self, types: Iterable[str]) -> dict[str, dict[str, Any] | None]:
        """Return the schemas of resource types, each read once for the whole fleet."""
        with self._schemas_lock:
            for kind in sorted(set(types) - set(self._schemas)):
                self._schemas[kind] = self._heat.properties_schema(kind)
            return dict(self._schemas)


def _refuse_foreign(row: Row, plan: StackPlan) -> None:
    """Refuse to take over a stack that is no host of this template: what runs in it would be lost."""
    lost = [item.name for item in plan.resources if item.action in ("delete", "replace")]
    if lost and not is_ours(row):
        raise HeatdockError(
            f"a stack named {quoted(row['stack_name'])} exists without the tag {TAG}, and taking it over would delete "
            f"or replace {listed(lost)}; rename the host, or declare what the stack is first"
        )
