# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spoil calls of docker_hosts one at a time, kill it at random moments, compare what exists with what is declared.

FULL=1 spoils every call in every way and kills 50 times; without it, a sample does, the same for the same SEED.
LANES is how many controllers are at work side by side, PREFIX what the names of their projects begin with.
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults import controller
from tests.faults.lane import KINDS, Lane, Verdict
from tests.faults.matrix import OUTAGES, all_cases, kills, lives, sample
from tests.scale.cloud import ADMIN, connection
from tests.scale.guests import Guests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.faults.proxy import Call

FULL = os.environ.get("FULL") == "1"
SEED = int(os.environ.get("SEED", "1"))
LANES = int(os.environ.get("LANES", "6"))
PREFIX = os.environ.get("PREFIX", "faults")
KILLS = 50 if FULL else 6
Job = Callable[[Lane], Iterable[Verdict]]


def jobs(recorded: dict[str, list[Call]], seconds: dict[str, float]) -> list[Job]:
    """Return all there is to do: lives with faults, outages, kills."""
    cases = all_cases(recorded)
    chosen = cases if FULL else sample(cases, SEED)
    outages = OUTAGES if FULL else [outage for outage in OUTAGES if outage.survived]
    print(f"{len(chosen)} of {len(cases)} faults, {KILLS} kills, {len(outages)} outages, seed {SEED}", flush=True)
    deaths = kills(KILLS, seconds, SEED)
    return [
        *(partial(Lane.outlast, number=number, outage=outage) for number, outage in enumerate(outages)),
        *(partial(Lane.die, number=number, kills=life) for number, life in enumerate(deaths)),
        *(partial(Lane.live, number=number, cases=life) for number, life in enumerate(lives(chosen))),
    ]


def work(lanes: Sequence[Lane], todo: Sequence[Job]) -> list[Verdict]:
    """Do the jobs, each by the next lane that is free."""
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in todo:
        waiting.put(job)
    verdicts: list[Verdict] = []
    done, lock = Counter[str](), threading.Lock()

    def go_on(lane: Lane) -> None:
        while True:
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            for verdict in job(lane):
                with lock:
                    verdicts.append(verdict)
                    show(verdict)
            with lock:
                done["jobs"] += 1
                print(f"-- {done['jobs']} of {len(todo)}, {len(verdicts)} runs", flush=True)

    with ThreadPoolExecutor(len(lanes)) as pool:
        running = [pool.submit(go_on, lane) for lane in lanes]
        try:
            for finished in running:
                finished.result()
        finally:  # one that broke, or an interruption, ends all
            with contextlib.suppress(queue.Empty):
                while True:
                    waiting.get_nowait()
    return verdicts


def show(verdict: Verdict) -> None:
    """Say how a run went, and what is wrong with it."""
    if verdict.disturbance == "none" and not verdict.problems:
        return
    outcome = ("told" if verdict.message else "went through") if verdict.hit else "not hit"
    print(f"{verdict.what}: {outcome}, {verdict.seconds:.1f} s", flush=True)
    if verdict.message:
        print(f"    {verdict.message}", flush=True)
    for kind, text in verdict.problems:
        print(f"    {kind.upper()}: {text}", flush=True)


def table(verdicts: Sequence[Verdict], title: str, key: Callable[[Verdict], str]) -> None:
    """Print one line for each group of runs."""
    heads = ["runs", "not hit", "errors", *KINDS]
    print(f"\n{title:24}" + "".join(f"{head:>{len(head) + 2}}" for head in heads))
    for group in [*sorted({key(verdict) for verdict in verdicts}), "all"]:
        mine = [verdict for verdict in verdicts if group in (key(verdict), "all")]
        found = Counter(kind for verdict in mine for kind in {kind for kind, _text in verdict.problems})
        figures = [len(mine), sum(not item.hit for item in mine), sum(bool(item.message) for item in mine)]
        figures += [found[kind] for kind in KINDS]
        widths = (len(head) + 2 for head in heads)
        print(f"{group:24}" + "".join(f"{figure:>{width}}" for figure, width in zip(figures, widths, strict=True)))


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[list[Lane]]:
    """Make the lanes' projects side by side, and remove them so."""
    lanes = [Lane(f"{PREFIX}-{number}", folder) for number in range(LANES)]
    with ThreadPoolExecutor(LANES) as pool:
        try:
            yield list(pool.map(Lane.__enter__, lanes))
        finally:
            list(pool.map(Lane.__exit__, lanes))


def main() -> int:
    """Do it and print the figures."""
    started = time.monotonic()
    controller.prepare()
    with tempfile.TemporaryDirectory() as folder, Guests(connection(ADMIN)), opened(Path(folder)) as lanes:
        runs = list(lanes[0].record())
        recorded = {operation: calls for operation, calls, _seconds in runs}
        seconds = {operation: seconds for operation, _calls, seconds in runs}
        known = (f"{name} {len(recorded[name])} calls in {seconds[name]:.1f} s" for name in recorded)
        print("undisturbed: " + ", ".join(known), flush=True)
        verdicts = work(lanes, jobs(recorded, seconds))
    disturbed = [verdict for verdict in verdicts if verdict.disturbance != "none"]
    table(disturbed, "by operation", lambda verdict: verdict.operation)
    table(disturbed, "by disturbance", lambda verdict: verdict.disturbance)
    longest = max(disturbed, key=lambda verdict: verdict.seconds)
    print(f"\nlongest run: {longest.seconds:.1f} s, {longest.what}")
    wrong = sum(bool(verdict.problems) for verdict in verdicts)
    print(f"{len(disturbed)} disturbed runs in {time.monotonic() - started:.0f} s, seed {SEED}")
    print(f"faults {wrong} wrong runs (goal 0)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
