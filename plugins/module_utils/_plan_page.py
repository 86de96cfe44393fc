# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan of the fleet as a page for a review, in the Markdown that GitLab and GitHub both show; pure functions.

PRIVATE to the collection.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._markdown import fold, table, text
from ansible_collections.heatdock.hosts.plugins.module_utils._plan_file import summary_of
from ansible_collections.heatdock.hosts.plugins.module_utils._report import abridged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ansible_collections.heatdock.hosts.plugins.module_utils._plan_file import Plan


LONGEST_COMMENT = 65_536
"""Characters that GitHub takes for a comment; GitLab takes more."""
ROOM = LONGEST_COMMENT // 4
"""Characters for each list of a page: what is lost, the hosts, what happens to each."""


def page_of(plan: Plan) -> str:
    """Write a plan as a page: a line that sums it up, what is lost, a table of hosts, and what happens to each."""
    busy = {name: host for name, host in plan["hosts"].items() if host["action"] != "none"}
    losses = [f"- **{text(name)}**: {text(loss)}" for name, host in busy.items() for loss in host["losses"]]
    parts = [
        f"**Plan: {summary_of(plan)}**",
        "\n".join(_fitting(["**Data is lost:**", "", *losses])) if losses else "",
        "\n".join(_fitting(table(["Host", "Action", "Resources"], _rows(busy)).splitlines())) if busy else "",
        *_fitting([fold(f"{name}: {host['action']}", _details(host)) for name, host in busy.items()]),
        _unchanged([name for name, host in plan["hosts"].items() if host["action"] == "none"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _fitting(parts: Sequence[str]) -> Iterator[str]:
    """Go through the parts of a list that there is room for, and say how many more there are."""
    room = ROOM
    for number, part in enumerate(parts):
        room -= len(part)
        if room < 0:
            yield f"and {len(parts) - number} more, which plan.json has"
            return
        yield part


def _rows(hosts: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, host in hosts.items():
        touched = ", ".join(f"{item['name']} ({item['action']})" for item in host["resources"])
        yield [name, host["action"], touched or "none, only the stack's record"]


def _details(host: Mapping[str, Any]) -> str:
    settings = [[item["name"], *_sides(item)] for item in host["settings"]]
    properties = [
        [item["name"], f"{change['name']}{_effect(change)}", *_made_anew(*_sides(change))]
        for item in host["resources"]
        for change in item["properties"]
    ]
    parts = [
        "\n".join(f"- {text(note)}" for note in host["notes"]),
        table(["Parameter", "Before", "After"], settings) if settings else "",
        table(["Resource", "Property", "Before", "After"], properties) if properties else "",
    ]
    return "\n\n".join(part for part in parts if part) or "Nothing else is known of it beforehand."


def _effect(change: Mapping[str, Any]) -> str:
    if change["ignored"]:
        return " (of no effect on a running server)"
    return " (forces the replacement)" if change["forces_replacement"] else ""


def _sides(change: Mapping[str, Any]) -> list[str]:
    return [abridged(_shown(change[side])) for side in ("before", "after")]


def _made_anew(before: str, after: str) -> list[str]:
    """Tell a reference that stays as it is written although what it leads to is made anew."""
    return [before, f"{after} (made anew)" if before == after else after]


def _shown(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _unchanged(names: list[str]) -> str:
    return fold(f"{len(names)} unchanged", ", ".join(_fitting([text(name) for name in names]))) if names else ""
