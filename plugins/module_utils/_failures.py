# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a stack failed: the deepest resource that failed by itself, and the reason its service gave.

PRIVATE to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import plain_reason
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import SERVER, WAIT_CONDITION
from ansible_collections.heatdock.hosts.plugins.module_utils._rows import stack_of

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Row

SHOWN_LINES = 15
_CONTROL = re.compile(r"\x1b\[[0-9;?!]*[a-zA-Z]|[\x00-\x08\x0b-\x1f]")
_CONSEQUENCES = ("aborted", "cancelled", "canceled")
"""Words in the reason of a resource that Heat stopped because another one failed."""


@dataclass(frozen=True)
class Failure:
    """A resource and what its service said, or the stack's own reason where no resource is to blame."""

    reason: str
    resource: str = ""
    type: str = ""

    def __str__(self) -> str:
        """Say it within a sentence."""
        kind = f" ({self.type})" if self.type else ""
        return f"{self.resource}{kind} failed: {self.reason}" if self.resource else self.reason


def failure_of(stack: Row, resources: Sequence[Row], events: Iterable[Row] = ()) -> Failure:
    """Find what made a stack fail: among its resources, else among its newest events, else its own reason."""
    rows = _culprits(resources) or _culprits(list(events))
    if not rows:
        return Failure(plain_reason(stack.get("stack_status_reason")))
    row = rows[0]
    return Failure(
        plain_reason(row.get("resource_status_reason")), row["resource_name"], row.get("resource_type") or ""
    )


def _culprits(rows: Sequence[Row]) -> list[Row]:
    """Return the failed rows that no deeper one explains, those that Heat merely stopped last."""
    failed = [row for row in rows if str(row.get("resource_status")).endswith("_FAILED") and _is_resource(row)]
    parents = {row.get("parent_resource") for row in failed}
    deepest = [row for row in failed if row["resource_name"] not in parents] or failed
    return sorted(deepest, key=_is_consequence)


def _is_resource(row: Row) -> bool:
    """Tell a resource's row from the events of a stack about itself, which have no other type."""
    return "resource_type" in row or (row.get("physical_resource_id") or "") != stack_of(row)


def _is_consequence(row: Row) -> bool:
    reason = str(row.get("resource_status_reason")).lower()
    return any(word in reason for word in _CONSEQUENCES)


def unfinished(resources: Iterable[Row]) -> list[str]:
    """Name the resources that Heat is still at work on."""
    return sorted(row["resource_name"] for row in _at_work(resources))


def unfinished_servers(resources: Iterable[Row]) -> list[tuple[str, str]]:
    """Name the servers, with their IDs, that Heat is still at work on."""
    return _servers(_at_work(resources))


def silent_servers(resources: Iterable[Row]) -> list[tuple[str, str]]:
    """Name the servers, with their IDs, of a stack whose wait condition is not complete."""
    rows = list(resources)
    waiting = any(
        row["resource_type"] == WAIT_CONDITION and not str(row["resource_status"]).endswith("_COMPLETE") for row in rows
    )
    return _servers(rows) if waiting else []


def _at_work(resources: Iterable[Row]) -> list[Row]:
    return [row for row in resources if str(row["resource_status"]).endswith("_IN_PROGRESS")]


def _servers(resources: Iterable[Row]) -> list[tuple[str, str]]:
    servers = [row for row in resources if row["resource_type"] == SERVER and row.get("physical_resource_id")]
    return [(row["resource_name"], row["physical_resource_id"]) for row in servers]


def console_end(server: str, text: str) -> str:
    """Show the last words of a console that mean something, without what moves a terminal's cursor."""
    lines = [_CONTROL.sub("", line).strip() for line in text.splitlines()]
    said = [line for line in lines if line][-SHOWN_LINES:]
    return "\n".join([f"the console of {server} ends with:", *said]) if said else f"the console of {server} is empty"
