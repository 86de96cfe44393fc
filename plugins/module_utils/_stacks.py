# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of one stack: create, update, delete, each until Heat is done or the time is up.

A failed creation leaves nothing: the reason is read first, then the stack is deleted.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import math
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._drift import RENEWED
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    ConflictError,
    HeatdockError,
    NoAnswerError,
    NotFoundError,
    StackError,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._failures import (
    Failure,
    console_end,
    failure_of,
    silent_servers,
    unfinished,
    unfinished_servers,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._outputs import FAILURE, outputs_of, report_on
from ansible_collections.heatdock.hosts.plugins.module_utils._template import effective_parameters
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import Watch, in_progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat, Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

LAST_EVENTS = 50
LAST_LINES = 40
DELETE_PAUSES = (0, 0, 5, 20)
"""Seconds before each attempt at a deletion: one that meets a creation in progress can fail once inside Heat, and
Cinder learns a while after Nova that a volume is free."""

HEATS_OWN_TIMEOUT_MINS = 60
CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of the controller and of Heat may lie apart."""

LOOKS_FOR_CREATED = 3
PAUSE_BEFORE_LOOK = 2.0
"""How often, and after how many seconds, a stack is looked for whose creation was not answered."""

GONE = "the stack was deleted meanwhile by someone else; run again"
TIMED = ("CREATE", "UPDATE", "DELETE", "ROLLBACK")
"""Actions whose beginning a stack's own times tell."""
CANCELLED = "cancelled"
"""How the reason ends of a stack that counts as failed for the instant before its deletion begins."""
PAUSE_BEFORE_CONSOLE = 5.0
CONSOLE_LINES = 1000
"""After how many seconds a console is read again, and how many of its last lines."""

GOES_ON = "Heat goes on with it, run again to wait for it"


def is_going(row: Row) -> bool:
    """Tell whether a stack is being deleted."""
    return bool(row["stack_status"] == "DELETE_IN_PROGRESS")


def _age(row: Row) -> tuple[str, str]:
    """Return what puts stacks of one name in an order that all controllers agree on."""
    return row["creation_time"], row["id"]


class Stacks:
    """What can be done to one stack at a time; safe to use from many threads."""

    def __init__(self, heat: Heat, watch: Watch, timeout: int) -> None:
        """Take the API and how many seconds one creation, update or deletion may take."""
        self._heat = heat
        self._watch = watch
        self._timeout = timeout
        self._timeout_mins = max(1, math.ceil(timeout / 60))

    def ready(self, row: Row) -> Row | None:
        """Wait until what someone else, or an earlier run, started is done; None when the stack is gone.

        What Heat itself lost, because it was stopped meanwhile, is returned as it is: still in progress.
        """
        if not in_progress(row) or self._is_lost(row):
            return row
        settled = self._watch.settled(row, self._timeout)
        if settled is not None and in_progress(settled):
            raise StackError(
                f"{self._still(settled)}, which this run did not start; {self._take_over(settled)}", settled
            )
        return settled

    def supposed(self, row: Row) -> Row | None:
        """Return what `ready` would without waiting, supposing that what is at work ends well."""
        if not in_progress(row) or self._is_lost(row):
            return row
        action = row["stack_status"].removesuffix("_IN_PROGRESS")
        return None if action == "DELETE" else {**row, "stack_status": f"{action}_COMPLETE"}

    def create(self, source: Source, tags: Sequence[str]) -> Row:
        """Create a stack and return it complete; leave nothing of one that fails."""
        try:
            row = self._heat.create(source, tags, self._timeout_mins)
        except NoAnswerError as error:
            row = self._created_anyway(source.stack_name, tags, error)
        settled = self._done(row)
        if settled["stack_status"] in ("CREATE_FAILED", "CREATE_IN_PROGRESS"):
            raise self._cleared(settled)
        self._refuse_others(settled, tags)
        if not settled["stack_status"].endswith("_COMPLETE"):
            raise StackError(f"{self._state_of(settled)}, which another controller began meanwhile; run again", settled)
        self._yield_to_twin(settled)
        return settled

    def given_up(self, row: Row, reason: str) -> StackError:
        """Delete a new stack that is complete and of no use; return the error that tells it."""
        return self._cleared(row, reason)

    def objection_on_console(self, source: Source, row: Row) -> str:
        """Wait until a host that does not report to Heat says on its console that it is ready.

        Return why it is not; empty when it is, or when Heat waited for its report.
        """
        values = effective_parameters(source)
        if values.get("ready_signal") != "console":
            return ""
        server_id, seconds = outputs_of(row).get("server_id"), values["ready_timeout"]
        deadline = time.monotonic() + seconds
        while not (report := report_on(self._heat.console(str(server_id), CONSOLE_LINES))):
            if time.monotonic() >= deadline:
                return f"its console does not say after {seconds} s that it is ready"
            self._watch.pause(PAUSE_BEFORE_CONSOLE)
        return str(report.get(FAILURE, ""))

    def update(
        self, row: Row, source: Source, tags: Sequence[str], renewed: Sequence[str] = (), healed: Sequence[str] = ()
    ) -> Row:
        """Update a stack and return it complete.

        Resources to be renewed are replaced whatever their properties, those to be healed are not although they
        are marked. A stack that changed since `row` was read is a ConflictError, before anything is sent.
        """
        self._refuse_stale(row)
        self._start_update(row, source, tags, renewed, healed)
        settled = self._done(row)
        self._refuse_others(settled, tags)
        if in_progress(settled):
            raise StackError(f"{self._still(settled)}; {GOES_ON}", settled)
        if settled["stack_status"] != "UPDATE_COMPLETE":
            sentence = f"{self.failure(settled)}; correct the cause and run again, which goes on from there"
            raise StackError(sentence, settled, self._console(settled))
        return settled

    def check(self, row: Row) -> Row:
        """Have Heat check a stack's resources and return it checked, whatever was found."""
        return self._acted(row, "check")

    def resume(self, row: Row) -> Row:
        """Resume a stack that Heat suspended and return it."""
        settled = self._acted(row, "resume")
        if settled["stack_status"] != "RESUME_COMPLETE":
            raise StackError(f"{self._state_of(settled)}; correct the cause and run again", settled)
        return settled

    def delete(self, row: Row) -> None:
        """Delete a stack and wait until it is gone."""
        for pause in DELETE_PAUSES:
            self._watch.pause(pause)
            with contextlib.suppress(NoAnswerError):  # looking tells whether it went through
                self._heat.delete(row)
            left = self._watch.settled(row, self._timeout)
            if left is None:
                return
            if in_progress(left):
                raise StackError(f"{self._still(left)}; {GOES_ON}", left)
            row = left
        raise StackError(f"{self.failure(row)}; correct the cause and delete it again", row)

    def read(self, row: Row) -> Row:
        """Read a stack with its outputs."""
        stack = self._heat.stack(row)
        if stack is None:
            raise StackError(GONE, {})
        return stack

    def failure(self, row: Row) -> Failure:
        """Find out why a stack failed."""
        resources = self._heat.resources(row)
        failure = failure_of(row, resources)
        return failure if failure.resource else failure_of(row, resources, self._heat.events(row, LAST_EVENTS))

    def _is_lost(self, row: Row) -> bool:
        """Tell whether a stack is at work for longer than Heat lets it: an engine that was stopped forgot it."""
        if datetime.now(UTC) - datetime.fromisoformat(row.get("updated_time") or row["creation_time"]) < CLOCK_SKEW:
            return False
        return datetime.now(UTC) > self._heats_deadline(row) + CLOCK_SKEW

    def _heats_deadline(self, row: Row) -> datetime:
        """Return when Heat gives up what it is at work on, if it still is."""
        minutes = (self._heat.stack(row, outputs=False) or {}).get("timeout_mins") or HEATS_OWN_TIMEOUT_MINS
        return self._began(row) + timedelta(minutes=minutes)

    def _began(self, row: Row) -> datetime:
        """Return when Heat began: a check, a suspension and the like leave the stack's times as they were."""
        since = row.get("updated_time") or row["creation_time"]
        if not row["stack_status"].startswith(TIMED):
            since = max([since, *(event["event_time"] for event in self._heat.events(row, 1))])
        return datetime.fromisoformat(since)

    def _take_over(self, row: Row) -> str:
        """Say how a stack is taken over that its controller or Heat may have abandoned."""
        deadline = self._heats_deadline(row) + CLOCK_SKEW
        return (
            f"run again later; if nobody is at work on it any more, the first run after {deadline:%Y-%m-%d %H:%M} UTC "
            "takes it up, and state=absent deletes it at any time"
        )

    def _done(self, row: Row) -> Row:
        """Wait until Heat is done with a stack; that it is gone then is an error."""
        settled = self._watch.settled(row, self._timeout)
        if settled is not None and str(settled.get("stack_status_reason")).endswith(CANCELLED):
            settled = self._watch.settled(settled, self._timeout)
        if settled is None:
            raise StackError(GONE, {})
        return settled

    def _acted(self, row: Row, action: str) -> Row:
        try:
            self._heat.act(row, action)
        except NoAnswerError:
            now = self._heat.stack(row, outputs=False)
            if now is not None and not in_progress(now):  # it did not go through, or is over already: not ours to guess
                raise
        settled = self._done(row)
        if in_progress(settled):
            raise StackError(f"{self._still(settled)}; {GOES_ON}", settled)
        return settled

    def _refuse_stale(self, row: Row) -> None:
        """Refuse to update a stack that is not any more what the update was planned for."""
        now = self._heat.stack(row, outputs=False)
        if now is None:
            raise NotFoundError(GONE)
        if _state(now) != _state(row):
            raise ConflictError("another controller changed it meanwhile, again and again; run again when it is done")

    def _refuse_others(self, row: Row, tags: Sequence[str]) -> None:
        """Notice that another controller sent other inputs after ours: Heat takes the last ones and says nothing."""
        if set(row.get("tags") or ()) != set(tags):
            raise StackError(
                f"another controller changed it meanwhile to other inputs, it is {row['stack_status']} by those; "
                "agree on one declaration and run again",
                row,
            )

    def _yield_to_twin(self, row: Row) -> None:
        """Delete a new stack if another controller's is older: Heat grants one name to two who ask at the same time."""
        if any(_age(item) < _age(row) and not is_going(item) for item in self._watch.namesakes(row)):
            self.delete(row)
            raise ConflictError("another controller made it at the same time, again and again; run again")

    def _state_of(self, row: Row) -> str:
        reason = f": {self.failure(row)}" if row["stack_status"].endswith("_FAILED") else ""
        return f"it is {row['stack_status']}{reason}"

    def _start_update(
        self, row: Row, source: Source, tags: Sequence[str], renewed: Sequence[str], healed: Sequence[str]
    ) -> None:
        """Start an update; what is marked for it is marked only as long as Heat accepts it."""
        if renewed:
            self._heat.check_update(row, source, tags, self._timeout_mins)
        for name in healed:
            self._heat.mark_healthy(row, name, "left as it is")
        marked = []
        try:
            for name in renewed:
                self._heat.mark_unhealthy(row, name, RENEWED)
                marked.append(name)
            self._heat.update(row, source, tags, self._timeout_mins)
        except HeatdockError as error:
            if isinstance(error, NoAnswerError) and self._updated_anyway(row):
                return
            for name in marked:
                self._heat.mark_healthy(row, name, "its update was not accepted")
            raise

    def _updated_anyway(self, row: Row) -> bool:
        """Tell whether an update that was not answered has begun."""
        now = self._heat.stack(row)
        return now is not None and now.get("updated_time") != row.get("updated_time")

    def _created_anyway(self, name: str, tags: Sequence[str], error: NoAnswerError) -> Row:
        """Find the stack whose creation was asked for without an answer: asking again could make it fail."""
        for _look in range(LOOKS_FOR_CREATED):
            for row in self._heat.named([name]):
                if set(tags) <= set(row.get("tags") or ()):
                    return row
            self._watch.pause(PAUSE_BEFORE_LOOK)
        raise HeatdockError(f"{error}; nothing has been created so far, run again") from error

    def _still(self, row: Row) -> str:
        resources = self._heat.resources(row)
        names = ", ".join(unfinished(resources))
        work = f" (at work on {names})" if names else ""
        return "; ".join([f"still {row['stack_status']} after {self._timeout} s{work}", *self._nova_failed(resources)])

    def _nova_failed(self, resources: Sequence[Row]) -> Iterator[str]:
        """Say of which servers Heat waits for what Nova has given up: of a refused resize it hears nothing."""
        for name, server_id in unfinished_servers(resources):
            with contextlib.suppress(HeatdockError):  # help, not a necessity
                action = self._heat.last_action(server_id)
                if action.get("message") == "Error":
                    yield f"Nova could not {action['action']} {name}, see openstack server event show {server_id}"

    def _console(self, row: Row) -> str:
        """Read the end of the console of a server that has not reported that it is ready; empty when there is none."""
        for name, server_id in silent_servers(self._heat.resources(row)):
            with contextlib.suppress(HeatdockError):  # help, not a necessity
                return console_end(name, self._heat.console(server_id, LAST_LINES))
        return ""

    def _cleared(self, row: Row, objection: str = "") -> StackError:
        """Delete what a creation that failed, or takes too long, has made; return the error that tells all of it."""
        reason = objection or (self._still(row) if in_progress(row) else str(self.failure(row)))
        console = self._console(row)
        try:
            self.delete(row)
        except HeatdockError as error:
            left = error.row if isinstance(error, StackError) else row
            return StackError(f"{reason}; its stack could not be deleted and is left ({error})", left, console)
        remedy = "correct the cause and run again"
        return StackError(f"{reason}; its stack was deleted, nothing is left; {remedy}", {}, console)


def _state(row: Row) -> tuple[str, str | None, list[str]]:
    """Return what tells that a stack was changed; a listing says of one without tags that they are null, a read []."""
    return row["stack_status"], row.get("updated_time"), sorted(row.get("tags") or ())
