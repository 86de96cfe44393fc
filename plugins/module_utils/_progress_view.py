# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows the notes of `_progress` on standard error: a program of its own, `_progress_view.py FILE INTERVAL [BEGAN]`.

With BEGAN, a time of the system's monotonic clock, each change of a resource is a line with the seconds since then.

PRIVATE to the collection.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAUSE = 0.05
"""Seconds between two looks at the file; the table has to be gone before Ansible prints how the task ended."""
SHOWN = 10
"""So many stacks are shown one by one."""


class Work:
    """What is at work, as far as the notes tell."""

    def __init__(self) -> None:
        """Know of nothing yet."""
        self.stacks: dict[str, dict[str, Any]] = {}
        self.done: set[str] = set()

    def take(self, note: dict[str, Any], now: float) -> None:
        """Take a note up."""
        name = note["stack"]
        if note.get("ended"):
            self.stacks.pop(name, None)
            self.done.add(name)
        else:
            self.done.discard(name)
            self.stacks[name] = {"since": now, **self.stacks.get(name, {}), **note}

    def rows(self, now: float) -> Iterator[tuple[str, str, str, str]]:
        """Yield for each stack its name, status, what is at work in it, and for how long; the oldest first."""
        for name, work in list(self.stacks.items())[:SHOWN]:
            ready = f"{work['ready']} of {work['resources']} resources ready"
            yield name, work["status"], ", ".join(work["busy"]) or ready, duration(now - work["since"])

    def summary(self) -> str:
        """Say how many stacks are at work and done."""
        return f"{len(self.stacks)} at work" + (f", {len(self.done)} done" if self.done else "")

    def line(self, now: float) -> str:
        """Say all of it in one line."""
        parts = [f"{name} {status}: {busy}, {spent}" for name, status, busy, spent in self.rows(now)]
        more = len(self.stacks) - len(parts)
        return "; ".join([self.summary(), *parts]) + (f"; and {more} more" if more > 0 else "")


def duration(seconds: float) -> str:
    """Write a duration as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def follow(path: Path) -> Iterator[list[dict[str, Any]]]:
    """Yield again and again what was added to a file of notes, until the file is removed."""
    with path.open(encoding="utf-8") as file:
        rest = ""
        while path.exists():
            *lines, rest = (rest + file.read()).split("\n")
            yield [json.loads(line) for line in lines]
            time.sleep(PAUSE)


def show_lines(path: Path, interval: float) -> None:
    """Print a line each interval, for a log."""
    work, due = Work(), time.monotonic() + interval
    for notes in follow(path):
        now = time.monotonic()
        for note in notes:
            work.take(note, now)
        if work.stacks and now >= due:
            sys.stderr.write(work.line(now) + "\n")
            sys.stderr.flush()
            due = now + interval


class Events:
    """What became of each resource."""

    def __init__(self) -> None:
        """Know of none yet."""
        self._states: dict[tuple[str, str], str] = {}

    def take(self, note: dict[str, Any]) -> Iterator[str]:
        """Take a note up, and say what is new in it."""
        for resource, state in note.get("states", {}).items():
            before = self._states.get((note["stack"], resource), "INIT_COMPLETE")
            self._states[note["stack"], resource] = state
            if state != before:
                yield f"{note['stack']}: {resource} {state}"


def show_events(path: Path, began: float) -> None:
    """Print a line for each change of a resource."""
    events = Events()
    for notes in follow(path):
        for note in notes:
            for line in events.take(note):
                sys.stderr.write(f"{duration(time.monotonic() - began)}  {line}\n")
                sys.stderr.flush()


def show_table(path: Path) -> None:
    """Keep a table up to date, which goes away in the end."""
    from rich.console import Console, Group  # noqa: PLC0415 - where there is no terminal it is not needed
    from rich.live import Live  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    def drawn(now: float) -> Any:
        if not work.stacks:
            return Text("")
        table = Table.grid(padding=(0, 2))
        for _column in range(4):
            table.add_column(no_wrap=True, overflow="ellipsis")
        for row in work.rows(now):
            table.add_row(*map(Text, row))
        return Group(table, Text(work.summary()))

    work, drawn_at = Work(), 0.0
    with Live(Text(""), console=Console(stderr=True), transient=True, auto_refresh=False) as live:
        for notes in follow(path):
            now = time.monotonic()
            for note in notes:
                work.take(note, now)
            if notes or now - drawn_at >= 1:
                live.update(drawn(now), refresh=True)
                drawn_at = now


def _end(*_signal: Any) -> None:
    raise SystemExit(0)


def main() -> None:
    """Show until told to end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    path, interval, *began = Path(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:])
    if began:
        show_events(path, *began)
    elif sys.stderr.isatty():
        show_table(path)
    elif interval:
        show_lines(path, interval)


if __name__ == "__main__":
    main()
