# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for many stacks at once: one listing serves every thread that waits.

PRIVATE to the collection.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, NoAnswerError
from ansible_collections.heatdock.hosts.plugins.module_utils._progress import Progress

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat, Row

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 1.5
GROWTH = 1.3
PATIENCE = 120.0
"""Seconds that Heat may be away while something is waited for."""
INTERRUPTED = "interrupted while the cloud was at work on it; run again to continue"


def in_progress(row: Row) -> bool:
    """Tell whether Heat is still at work on a stack."""
    return str(row["stack_status"]).endswith("_IN_PROGRESS")


class Watch:
    """Follows the stacks that carry one tag; others are read one by one."""

    def __init__(self, heat: Heat, tag: str, first_pause: float = FIRST_PAUSE) -> None:
        """Take the API; nothing is sent yet."""
        self._heat = heat
        self._tag = tag
        self._first_pause = first_pause
        self._progress = Progress.from_environment()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._rows: dict[str, Row] = {}
        self._listed_at = float("-inf")
        self._failure: NoAnswerError | None = None
        self._failed_at = float("-inf")

    def stop(self) -> None:
        """Wake every thread that waits, and let it give up."""
        self._stopped.set()

    def pause(self, seconds: float) -> None:
        """Let time pass between two looks at something else than a stack."""
        if self._stopped.wait(seconds):
            raise HeatdockError(INTERRUPTED)

    def settled(self, row: Row, seconds: float) -> Row | None:
        """Wait until Heat is done with a stack: its row, None when it is gone.

        After `seconds` the row is returned as it is, still in progress.
        """
        try:
            return self._waited_for(row, seconds)
        finally:
            self._progress.ended(row["stack_name"])

    def namesakes(self, row: Row) -> list[Row]:
        """Return the other stacks of a stack's name, as last listed if it was among them."""
        with self._lock:
            rows = list(self._rows.values()) if row["id"] in self._rows else None
        if rows is None:
            rows = self._heat.named([row["stack_name"]])
        return [item for item in rows if item["stack_name"] == row["stack_name"] and item["id"] != row["id"]]

    def _waited_for(self, row: Row, seconds: float) -> Row | None:
        deadline = time.monotonic() + seconds
        pause = self._first_pause
        while True:
            started = time.monotonic()
            self.pause(min(pause, max(deadline - started, 0)))
            current = self._look_patiently(row, started)
            if current is None or not in_progress(current) or time.monotonic() >= deadline:
                return current
            self._progress.at_work(current, lambda: self._heat.resources(row))
            pause = min(pause * GROWTH, LONGEST_PAUSE)

    def _look_patiently(self, row: Row, since: float) -> Row | None:
        """Look, and bear with a Heat that does not answer for a while: the stack goes on without us."""
        give_up_at = time.monotonic() + PATIENCE
        while True:
            try:
                return self._look(row, since)
            except NoAnswerError:
                if time.monotonic() >= give_up_at or self._stopped.wait(LONGEST_PAUSE):
                    raise
                since = time.monotonic()

    def _look(self, row: Row, since: float) -> Row | None:
        """Return a stack's row as it was at or after `since`."""
        with self._lock:
            if self._listed_at < since:
                self._list(since)
            listed = self._rows.get(row["id"])
        return listed or self._heat.stack(row)

    def _list(self, since: float) -> None:
        """List anew; who waited meanwhile for a Heat that did not answer is not to wait for it once more."""
        if self._failure and self._failed_at >= since:
            raise self._failure
        now = time.monotonic()
        try:
            self._rows = {item["id"]: item for item in self._heat.tagged(self._tag)}
        except NoAnswerError as error:
            self._failure, self._failed_at = error, time.monotonic()
            raise
        self._listed_at = now
