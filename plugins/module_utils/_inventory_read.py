# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stacks of some clouds, read with few calls: one listing of each place, and the stacks that are not known yet.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, joined
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG, Heat
from ansible_collections.heatdock.hosts.plugins.module_utils._inventory import Facts, Place, facts_of, is_as_known
from ansible_collections.heatdock.hosts.plugins.module_utils._outputs import outputs_of, report_on

CONSOLE_LINES = 10_000
"""As many of its last lines as a console is read for; most clouds keep less."""
FORMAT = 2
"""What says how the cache is written; another one's is not read."""
WHEREABOUTS = ("cloud", "region", "project")
"""Facts of where a stack was looked for, which the cache does not keep: the next reading may look elsewhere."""

Known = Mapping[str, Facts]
"""Facts by the IDs of their stacks."""


def read_report(heat: Heat, stack: dict[str, Any]) -> dict[str, Any]:
    """Return what a host reported on its console, where Heat has no report of it.

    A console that cannot be read is none, whatever the reason: a server that is gone, shelved, on a machine that is
    down, or not this user's to look at must not cost all other hosts, and the next reading asks again.
    """
    outputs = outputs_of(stack)
    server = outputs.get("server_id")
    if outputs.get("ssh_host_keys") or not server or not stack["stack_status"].endswith("_COMPLETE"):
        return {}
    with contextlib.suppress(HeatdockError):
        return report_on(heat.console(server, CONSOLE_LINES))
    return {}


def read_place(heat: Heat, place: Place, known: Known, max_parallel: int) -> list[Facts]:
    """Return the facts of every tagged stack's host; a stack that goes away meanwhile is left out."""

    def facts(row: dict[str, Any]) -> Facts | None:
        read = known.get(row["id"])
        if not is_as_known(row, read):
            stack = heat.stack(row)
            read = facts_of(stack, read_report(heat, stack)) if stack else None
        return {**read, **_whereabouts(place, row)} if read else None

    rows = _everybodys(heat, place) if place.all_projects else heat.tagged(TAG)
    with ThreadPoolExecutor(max(1, max_parallel)) as pool:
        return [item for item in pool.map(facts, rows) if item]


def _everybodys(heat: Heat, place: Place) -> list[dict[str, Any]]:
    """List the stacks of all projects, which Heat shows to administrators alone, without a word to others."""
    rows = heat.tagged_anywhere(TAG)
    if any("project" not in row for row in rows):
        raise HeatdockError(
            f"{place}: Heat shows the stacks of all projects to administrators alone; leave all_projects out, "
            "or name a cloud whose user is one"
        )
    return rows


def _whereabouts(place: Place, row: dict[str, Any]) -> Facts:
    project = {"project": row["project"]} if place.all_projects else {}
    return {"cloud": place.cloud, "region": place.region_name, **project}


def read_places(
    places: Sequence[Place], read: Callable[[Place], list[Facts]], *, ignore_failing: bool
) -> tuple[list[tuple[Place, Facts]], list[str]]:
    """Return what each place holds, and what is wrong with those that failed, which is an error unless ignored."""

    def attempt(place: Place) -> list[Facts] | HeatdockError:
        try:
            return read(place)
        except HeatdockError as error:
            return error

    with ThreadPoolExecutor(len(places)) as pool:
        results = list(zip(places, pool.map(attempt, places), strict=True))
    failures = [str(result) for _place, result in results if isinstance(result, HeatdockError)]
    if failures and not ignore_failing:
        raise joined(failures)
    return [(place, item) for place, facts in results if isinstance(facts, list) for item in facts], failures


def as_cached(found: Sequence[Facts]) -> dict[str, Any]:
    """Return what is written to the cache; a text, so that nothing in it is taken for one of Ansible's own types."""
    kept = {facts["id"]: {key: facts[key] for key in facts if key not in WHEREABOUTS} for facts in found}
    return {"format": FORMAT, "stacks": json.dumps(kept)}


def from_cache(cached: Any) -> Known:
    """Return what a cache holds, unless another version of the collection wrote it."""
    if not isinstance(cached, Mapping) or cached.get("format") != FORMAT:
        return {}
    return dict(json.loads(cached["stacks"]))
