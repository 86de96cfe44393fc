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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.heatdock.hosts.plugins.module_utils._plan_file import Plan


def page_of(plan: Plan) -> str:
    """Write a plan as a page: a line that sums it up, what is lost, a table of hosts, and what happens to each."""
    busy = {name: host for name, host in plan["hosts"].items() if host["action"] != "none"}
    losses = [f"- **{text(name)}**: {text(loss)}" for name, host in busy.items() for loss in host["losses"]]
    parts = [
        f"**Plan: {summary_of(plan)}**",
        "\n".join(["**Data is lost:**", "", *losses]) if losses else "",
        table(["Host", "Action", "Resources"], _rows(busy)) if busy else "",
        *(fold(f"{name}: {host['action']}", _details(host)) for name, host in busy.items()),
        _unchanged([name for name, host in plan["hosts"].items() if host["action"] == "none"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _rows(hosts: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, host in hosts.items():
        touched = ", ".join(f"{item['name']} ({item['action']})" for item in host["resources"])
        yield [name, host["action"], touched or "none, only the stack's record"]


def _details(host: Mapping[str, Any]) -> str:
    properties = [
        [item["name"], f"{change['name']}{_effect(change)}", *_sides(change)]
        for item in host["resources"]
        for change in item["properties"]
    ]
    parts = [
        "\n".join(f"- {text(note)}" for note in host["notes"]),
        table(["Resource", "Property", "Before", "After"], properties) if properties else "",
    ]
    return "\n\n".join(part for part in parts if part) or "Nothing else is known of it beforehand."


def _effect(change: Mapping[str, Any]) -> str:
    if change["ignored"]:
        return " (of no effect on a running server)"
    return " (forces the replacement)" if change["forces_replacement"] else ""


def _sides(change: Mapping[str, Any]) -> list[str]:
    """Show what is and what will be; a reference stays as it is written when what it leads to is made anew."""
    before, after = _shown(change["before"]), _shown(change["after"])
    return [before, f"{after} (made anew)" if before == after else after]


def _shown(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _unchanged(names: list[str]) -> str:
    return fold(f"{len(names)} unchanged", ", ".join(text(name) for name in names)) if names else ""
