# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resources of a stack and of what is nested in it, as Heat lists them.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

NOT_THERE = ("INIT_COMPLETE", "DELETE_COMPLETE")
"""Statuses of a resource that was never made or is gone."""


def by_path(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Sort the resources that Heat lists by their path: `group/0/port` is nested twice."""
    listed = list(rows)
    stacks = {row["physical_resource_id"]: row for row in listed if row.get("physical_resource_id")}
    return {path: row for row in listed if (path := _path(row, stacks)) is not None}


def _path(row: Mapping[str, Any], stacks: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return a row's path; None where what it is nested in is not listed."""
    name = str(row["resource_name"])
    if not row.get("parent_resource"):
        return name
    parent = stacks.get(stack_of(row))
    above = _path(parent, stacks) if parent else None
    return None if above is None else f"{above}/{name}"


def stack_of(row: Mapping[str, Any]) -> str:
    """Return the ID of the stack that a resource or an event is of."""
    links = [str(link["href"]) for link in row.get("links") or [] if link.get("rel") == "stack"]
    return links[0].rsplit("/", 1)[-1] if links else ""


def statuses_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return by path the statuses that a plan needs; what failed before it was anything is given up."""
    return {
        path: (
            "CHECK_FAILED"
            if row["resource_status"].endswith("_FAILED") and not row.get("physical_resource_id")
            else row["resource_status"]
        )
        for path, row in by_path(rows).items()
    }
