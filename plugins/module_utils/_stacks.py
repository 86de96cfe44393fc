# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of one stack: create, update, delete, each until Heat is done or the time is up.

A failed creation leaves nothing: the reason is read first, then the stack is deleted.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, NoAnswerError, StackError
from ansible_collections.heatdock.hosts.plugins.module_utils._failures import (
    Failure,
    console_end,
    failure_of,
    silent_servers,
    unfinished,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import Watch, in_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat, Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

LAST_EVENTS = 50
LAST_LINES = 40
DELETE_ATTEMPTS = 2
"""A deletion that meets a creation in progress can fail once inside Heat; the second one succeeds."""

HEATS_OWN_TIMEOUT_MINS = 60
CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of the controller and of Heat may lie apart."""

GONE = "the stack was deleted meanwhile by someone else; run again"
GOES_ON = "Heat goes on with it, run again to wait for it"


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
            remedy = "run again later, or delete it with state=absent"
            raise StackError(f"{self._still(settled)}, which this run did not start; {remedy}", settled)
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
        except NoAnswerError:
            row = self._created_anyway(source.stack_name, tags)
        settled = self._watch.settled(row, self._timeout)
        if settled is None:
            raise StackError(GONE, {})
        if settled["stack_status"] != "CREATE_COMPLETE":
            raise self._cleared(settled)
        return settled

    def update(self, row: Row, source: Source, tags: Sequence[str], renewed: Sequence[str] = ()) -> Row:
        """Update a stack and return it complete; resources to be renewed are replaced whatever their properties."""
        self._start_update(row, source, tags, renewed)
        settled = self._watch.settled(row, self._timeout)
        if settled is None:
            raise StackError(GONE, {})
        if in_progress(settled):
            raise StackError(f"{self._still(settled)}; {GOES_ON}", settled)
        if settled["stack_status"] != "UPDATE_COMPLETE":
            sentence = f"{self.failure(settled)}; correct the cause and run again, which goes on from there"
            raise StackError(sentence, settled, self._console(settled))
        return settled

    def delete(self, row: Row) -> None:
        """Delete a stack and wait until it is gone."""
        for _attempt in range(DELETE_ATTEMPTS):
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
        since = datetime.fromisoformat(row.get("updated_time") or row["creation_time"])
        if datetime.now(UTC) - since < CLOCK_SKEW:
            return False
        minutes = (self._heat.stack(row) or {}).get("timeout_mins") or HEATS_OWN_TIMEOUT_MINS
        return datetime.now(UTC) - since > timedelta(minutes=minutes) + CLOCK_SKEW

    def _start_update(self, row: Row, source: Source, tags: Sequence[str], renewed: Sequence[str]) -> None:
        """Start an update; what is marked for it is marked only as long as Heat accepts it."""
        if renewed:
            self._heat.check_update(row, source, tags, self._timeout_mins)
        marked = []
        try:
            for name in renewed:
                self._heat.mark_unhealthy(row, name, "renewed with its server")
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

    def _created_anyway(self, name: str, tags: Sequence[str]) -> Row:
        """Find the stack whose creation was asked for without an answer: asking again could make it fail."""
        for row in self._heat.named([name]):
            if set(tags) <= set(row.get("tags") or ()):
                return row
        raise HeatdockError("Heat did not answer and created nothing; check the network and run again")

    def _still(self, row: Row) -> str:
        names = ", ".join(unfinished(self._heat.resources(row)))
        return f"still {row['stack_status']} after {self._timeout} s" + (f" (at work on {names})" if names else "")

    def _console(self, row: Row) -> str:
        """Read the end of the console of a server that has not reported that it is ready; empty when there is none."""
        for name, server_id in silent_servers(self._heat.resources(row)):
            with contextlib.suppress(HeatdockError):  # help, not a necessity
                return console_end(name, self._heat.console(server_id, LAST_LINES))
        return ""

    def _cleared(self, row: Row) -> StackError:
        """Delete what a creation that failed, or takes too long, has made; return the error that tells all of it."""
        reason = self._still(row) if in_progress(row) else str(self.failure(row))
        console = self._console(row)
        try:
            self.delete(row)
        except HeatdockError as error:
            left = error.row if isinstance(error, StackError) else row
            return StackError(f"{reason}; its stack could not be deleted and is left ({error})", left, console)
        remedy = "correct the cause and run again"
        return StackError(f"{reason}; its stack was deleted, nothing is left; {remedy}", {}, console)
