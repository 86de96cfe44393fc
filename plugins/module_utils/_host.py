# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One host brought to what is declared: planned first, then done, unless it is only to be checked.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._changes import StackPlan
from ansible_collections.heatdock.hosts.plugins.module_utils._drift import (
    DEALT_WITH,
    is_as_declared,
    is_noted,
    is_spared,
    own,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    ConflictError,
    HeatdockError,
    NotFoundError,
    StackError,
    listed,
    quoted,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import SERVER, WAIT_HANDLES
from ansible_collections.heatdock.hosts.plugins.module_utils._masks import masked
from ansible_collections.heatdock.hosts.plugins.module_utils._parameters import immutable
from ansible_collections.heatdock.hosts.plugins.module_utils._plan import (
    data_losses,
    plan_create,
    plan_delete,
    plan_update,
    types_to_compare,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._repair import add_to, left_by, worth_knowing
from ansible_collections.heatdock.hosts.plugins.module_utils._rows import statuses_of
from ansible_collections.heatdock.hosts.plugins.module_utils._sources import (
    kept_spelling,
    revealed,
    without_ports,
    without_servers,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    INPUTS_TAG_PREFIX,
    Resolver,
    Source,
    inputs_tag,
    references,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import in_progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.heatdock.hosts.plugins.module_utils._differences import Difference
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat, Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._live import Live
    from ansible_collections.heatdock.hosts.plugins.module_utils._repair import Repair
    from ansible_collections.heatdock.hosts.plugins.module_utils._resolve import SameIds
    from ansible_collections.heatdock.hosts.plugins.module_utils._resource_types import ResourceTypes
    from ansible_collections.heatdock.hosts.plugins.module_utils._stacks import Stacks

SETTLED = frozenset(
    f"{action}_COMPLETE" for action in ("CREATE", "UPDATE", "CHECK", "RESUME", "SUSPEND", "SNAPSHOT", "ADOPT")
)
"""Statuses of a stack that is what its inputs say."""

CHECKED = frozenset({"CHECK_COMPLETE", "CHECK_FAILED"})
"""Statuses of a stack that was what its inputs say; its resources tell what a check found wrong since."""

TWO_MACHINES = frozenset({"UPDATE_FAILED", "ROLLBACK_FAILED", "UPDATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"})
"""Statuses of a stack in which a replacement may have broken off, which leaves both machines."""

MADE_ANEW = frozenset({"CREATE_FAILED", "DELETE_FAILED", "DELETE_IN_PROGRESS"})
"""Statuses of a stack in which nothing ever ran, or of which only remains are left."""

ATTEMPTS = 3
"""How often a host is planned anew because another controller changed it before it could be worked on."""

ADDRESSES = ("OS::Neutron::FloatingIP", "OS::Neutron::Port")
"""Types of the resources that hold a host's addresses."""


@dataclass
class Outcome:
    """What is to happen, or happened, to one host."""

    name: str
    action: str = "none"
    stack: Row = field(default_factory=dict)
    plan: StackPlan = field(default_factory=lambda: StackPlan([]))
    declared: Source | None = None
    before: Source | None = None
    after: Source | None = None
    tags_before: list[str] = field(default_factory=list)
    tags_after: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    drift: list[dict[str, Any]] | None = None
    error: str = ""

    def forget_plan(self) -> None:
        """Have nothing to do after all."""
        self.action, self.plan, self.before, self.after = "none", StackPlan([]), None, None
        self.tags_before, self.tags_after, self.losses = [], [], []


Agreed = Callable[[Outcome], None]
"""Asked before the first write to a host, as planned at that moment; raises what keeps it from being done."""


def is_ours(row: Row) -> bool:
    """Tell whether a stack is a host of Heatdock's."""
    return TAG in (row.get("tags") or ())


def is_quiet(source: Source, row: Row | None) -> bool:
    """Tell from a listing alone that a host is what is declared."""
    return _is_made_from(source, row) and (row or {})["stack_status"] in SETTLED - CHECKED


def _is_made_from(source: Source, row: Row | None) -> bool:
    return {TAG, inputs_tag(source)} <= set((row or {}).get("tags") or ())


def is_to_be_looked_at(source: Source, row: Row | None) -> bool:
    """Tell that a host was what is declared, and was checked since."""
    return _is_made_from(source, row) and (row or {})["stack_status"] in CHECKED


def new_tags(source: Source, row: Row | None) -> list[str]:
    """Return the tags a stack is to have: ours, and those its owner gave it."""
    return [TAG, inputs_tag(source), *_own_tags(row)]


def _own_tags(row: Row | None) -> list[str]:
    """Return the tags of a stack that are its owner's."""
    tags = (row or {}).get("tags") or ()
    return [tag for tag in tags if tag != TAG and not tag.startswith(INPUTS_TAG_PREFIX)]


class Hosts:
    """Works on one host at a time; safe to use from many threads."""

    def __init__(
        self,
        heat: Heat,
        stacks: Stacks,
        types: ResourceTypes,
        live: Live,
        repair: Repair,
        *,
        check: bool,
        agreed: Agreed,
    ) -> None:
        """Take the API and the life of stacks; with `check` nothing is written, waited for or asked to be agreed to."""
        self._heat = heat
        self._stacks = stacks
        self._types = types
        self._live = live
        self._repair = repair
        self._check = check
        self._agreed = agreed

    def converge(self, outcome: Outcome, source: Source, same_ids: SameIds, *, new_server: bool = False) -> None:
        """Create or update a host, with a new server in any case if told so."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._bring_about(outcome, source, same_ids, new_server=new_server)
            except (ConflictError, NotFoundError):  # someone else was faster: go on from what they made
                if attempt == ATTEMPTS:
                    raise
                outcome.forget_plan()
                outcome.notes.clear()
                outcome.stack = next(iter(self._heat.named([source.stack_name])), {})
            else:
                return

    def is_well(self, source: Source, row: Row) -> bool:
        """Tell whether a host that was checked is still what is declared."""
        try:
            resources = self._heat.resources(row)
            return is_as_declared(resources, source) and not any(map(is_noted, own(resources)))
        except NotFoundError:
            return False

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
            self._agreed(outcome)
            self._stacks.delete(row)
            outcome.stack = {}

    def _bring_about(self, outcome: Outcome, source: Source, same_ids: SameIds, *, new_server: bool) -> None:
        row = self._ready(outcome)
        if row is None or row["stack_status"] in MADE_ANEW:
            self._create(outcome, source, row)
        elif new_server or not self._is_as_declared(source, row):
            self._update(outcome, source, row, same_ids, new_server=new_server)
        else:
            outcome.forget_plan()

    def _is_as_declared(self, source: Source, row: Row) -> bool:
        return is_quiet(source, row) or (is_to_be_looked_at(source, row) and self.is_well(source, row))

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
        self._agreed(outcome)
        if row is not None:
            self._stacks.delete(row)
        outcome.stack = {}
        outcome.stack = self._stacks.create(source, outcome.tags_after)
        outcome.stack = self._stacks.read(outcome.stack)
        if reason := self._stacks.objection_on_console(source, outcome.stack):
            raise self._stacks.given_up(outcome.stack, reason)

    def _say_anew(self, outcome: Outcome, row: Row) -> None:
        status = row["stack_status"]
        if not is_ours(row):
            raise HeatdockError(
                f"a stack of this name exists without the tag {TAG} and is {status}; delete it or rename the host"
            )
        reason = f": {self._stacks.failure(row)}" if status.endswith("_FAILED") else ""
        outcome.notes.append(f"its stack is {status}{reason}; it is deleted and created anew")

    def _update(self, outcome: Outcome, source: Source, row: Row, same_ids: SameIds, *, new_server: bool) -> None:
        _refuse_suspended(row)
        before = revealed(self._heat.source(row), source, row.get("tags") or ())
        _refuse_immutable(before, source)
        after = kept_spelling(before, source, same_ids)
        resources = self._heat.resources(row)
        statuses, healed = _states(resources)
        marked = [name for name in _machines_of(after) if new_server and name in statuses]
        statuses |= dict.fromkeys(marked, "CHECK_FAILED")
        plan = plan_update(before, after, self._types.of(types_to_compare(before, after)), statuses)
        _refuse_foreign(row, plan)
        _refuse_vain_wait(after, plan)
        is_sent = new_server or plan.changed or not _is_sound(source, row, resources)
        drifted = left_by(plan, self._drifted(row, resources))
        add_to(plan, drifted)
        masked(plan, (before, after))
        if is_sent or drifted:
            outcome.action = "replace" if plan.replaces_server else "update"
            outcome.plan, outcome.before, outcome.after = plan, before, after
            outcome.tags_before, outcome.tags_after = list(row.get("tags") or ()), new_tags(source, row)
            outcome.losses = data_losses(plan, before)
            outcome.notes += [*_worth_knowing(row, plan), *worth_knowing(drifted), *outcome.losses]
        if self._check:
            return
        if outcome.action != "none":
            self._agreed(outcome)
        self._put_back(row, resources, drifted)
        if not is_sent:
            outcome.stack = self._stacks.read(row)
            return
        renewed = list(dict.fromkeys([*marked, *plan.renewed]))
        self._send(outcome, row, before, after, renewed, [name for name in healed if name not in renewed])

    def _drifted(self, row: Row, resources: Sequence[Row]) -> dict[str, list[Difference]]:
        """Look at the resources with a note, and say what of them is still not as Heat gave it."""
        noted = [item for item in own(resources) if is_noted(item)]
        if not noted:
            return {}
        seen = self._live.seen(own(resources))
        return {item["resource_name"]: self._live.differences(row, item, seen) for item in noted}

    def _put_back(self, row: Row, resources: Sequence[Row], drifted: Mapping[str, Sequence[Difference]]) -> None:
        """Give resources back what they had, and take the notes off."""
        self._repair.put_back(row, own(resources), drifted)
        for item in own(resources):
            if is_noted(item):
                self._heat.note(row, item["resource_name"], DEALT_WITH)

    def _send(
        self,
        outcome: Outcome,
        row: Row,
        before: Source,
        after: Source,
        renewed: Sequence[str],
        healed: Sequence[str],
    ) -> None:
        """Have Heat update a stack as planned."""
        plan = outcome.plan
        if plan.detached:
            row = self._stacks.update(
                row, without_ports(before, after, plan.detached), [TAG, *_own_tags(row)], (), healed
            )
            healed = []
        if plan.replaces_server and row["stack_status"] in TWO_MACHINES:
            row = self._stacks.update(row, without_servers(after), [TAG, *_own_tags(row)])
            renewed, healed = [], []
        outcome.stack = self._stacks.update(row, after, outcome.tags_after, renewed, healed)
        outcome.stack = self._stacks.read(outcome.stack)
        if plan.replaces_server and (reason := self._stacks.objection_on_console(after, outcome.stack)):
            raise StackError(f"{reason}; look at its console, correct the cause and replace it", outcome.stack)


def _refuse_immutable(before: Source, after: Source) -> None:
    """Refuse what only first boot sets; Heat refuses it, too, but a new server as well, and not in a check."""
    changes = [
        f"{name} cannot become {quoted(new)} from {quoted(old)}"
        for name, old, new in immutable(before, after, defaulted=True)
    ]
    if changes:
        raise HeatdockError(
            f"{' and '.join(changes)} on a host that is there, since only its creation sets it; leave it as it is, "
            "or delete the host (state: absent) and make it anew"
        )


def _is_sound(source: Source, row: Row, resources: Sequence[Row]) -> bool:
    """Tell whether a stack has the inputs that are declared and every resource, so that Heat has nothing to do."""
    return is_quiet(source, row) or (is_to_be_looked_at(source, row) and is_as_declared(resources, source))


def _states(resources: Sequence[Row]) -> tuple[dict[str, str], list[str]]:
    """Return the resources' statuses, and which of them are marked without need to be replaced."""
    healed = [item["resource_name"] for item in own(resources) if is_spared(item)]
    return statuses_of(resources) | dict.fromkeys(healed, "CHECK_COMPLETE"), healed


def _worth_knowing(row: Row, plan: StackPlan) -> list[str]:
    taken_up = f"it was {row['stack_status']} for longer than Heat takes, Heat lost sight of it; taken up"
    moved = [item.name for item in plan.resources if item.type in ADDRESSES and item.action == "replace"]
    touched = listed({item.name for item in plan.touched}) if plan.touched else "none of its resources"
    return [
        *(
            []
            if is_ours(row)
            else [f"it was made elsewhere and is adopted: it gets our tags and template, which touches {touched}"]
        ),
        *([taken_up] if in_progress(row) else []),
        *(f"{name} is made anew, so that its address may change" for name in moved),
    ]


def _servers_of(source: Source) -> list[str]:
    return [name for name, item in Resolver(source).resources().items() if item.type == SERVER]


def _machines_of(source: Source) -> list[str]:
    """Name the servers and the volumes that they boot from: a new server could not have that of the old one."""
    resources = Resolver(source).resources()
    servers = _servers_of(source)
    disks = [
        name
        for server in servers
        for name, _attribute in references(resources[server].properties.get("block_device_mapping_v2"))
        if resources[name].type == "OS::Cinder::Volume"
    ]
    return [*disks, *servers]


def _refuse_suspended(row: Row) -> None:
    if row["stack_status"].startswith("SUSPEND_"):
        raise HeatdockError("its stack is suspended, and Heat updates none that is; resume it with state=started first")


def _refuse_vain_wait(source: Source, plan: StackPlan) -> None:
    """Refuse an update that waits for the report of a server that is not new: it reports at its first boot alone."""
    made_anew = {item.name for item in plan.resources if item.action in ("create", "replace")}
    resources = Resolver(source).resources()
    in_vain = {
        name
        for server in _servers_of(source)
        for name, _attribute in references(resources[server].properties)
        if server not in made_anew and name in made_anew and resources[name].type in WAIT_HANDLES
    }
    if in_vain:
        raise HeatdockError(
            f"the template makes {listed(in_vain)} anew, which the running server never reports to; leave it as it "
            "was, or have a new server with state=replaced"
        )


def _refuse_foreign(row: Row, plan: StackPlan) -> None:
    """Refuse to take over a stack that is no host of this template: what runs in it would be lost."""
    lost = [item.name for item in plan.resources if item.action in ("delete", "replace")]
    if lost and not is_ours(row):
        raise HeatdockError(
            f"a stack named {quoted(row['stack_name'])} exists without the tag {TAG}, and taking it over would delete "
            f"or replace {listed(lost)}; rename the host, or declare what the stack is first"
        )
