# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notes of what is at work, for whoever shows them: the callback `progress` does on the controller's terminal.

Each note is one line of JSON in a file that the callback names. Without that file nothing is noted, and no
request is sent for it.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

VARIABLE = "HEATDOCK_PROGRESS"
"""Environment variable that names the file."""

PERIOD = 5.0
"""Seconds between two looks at the resources of one stack."""

Rows = Iterable[Mapping[str, Any]]


class Progress:
    """Notes about many stacks, written from many threads."""

    def __init__(self, path: str | None) -> None:
        """Take the file; without one nothing is noted."""
        self._path = Path(path) if path else None
        self._lock = threading.Lock()
        self._looked_at: dict[str, float] = {}

    @classmethod
    def from_environment(cls) -> Progress:
        """Note where the environment says."""
        return cls(os.environ.get(VARIABLE))

    def at_work(self, row: Mapping[str, Any], resources: Callable[[], Rows]) -> None:
        """Note what Heat is at work on in a stack; `resources` is called only when that is due."""
        name, now = row["stack_name"], time.monotonic()
        if self._path is None or now < self._looked_at.get(name, now - PERIOD) + PERIOD:
            return
        self._looked_at[name] = now
        rows: list[Mapping[str, Any]] = []
        with contextlib.suppress(HeatdockError):  # help, not a necessity
            rows = list(resources())
        busy = [f"{item['resource_name']} ({item['resource_type']})" for item in rows if _has(item, "_IN_PROGRESS")]
        ready = sum(_has(item, "_COMPLETE") for item in rows)
        states = {item["resource_name"]: item["resource_status"] for item in rows}
        note = {"busy": busy, "ready": ready, "resources": len(rows), "states": states}
        self._note(stack=name, status=row["stack_status"], **note)

    def ended(self, name: str) -> None:
        """Note that a stack is no longer waited for."""
        if self._looked_at.pop(name, None) is not None:
            self._note(stack=name, ended=True)

    def _note(self, **note: Any) -> None:
        if self._path is None:
            return
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(note) + "\n")


def _has(row: Mapping[str, Any], ending: str) -> bool:
    return str(row["resource_status"]).endswith(ending)
