# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to hold after a run, whatever happened during it: pure checks, each with sentences about what does not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.faults.proxy import Call

LONGEST_SENTENCE = 500
ID_LENGTH = 32
REMEDIES = "ask|check|correct|delete|give|look|run again|try again|use|wait"
_REMEDY = re.compile(rf"(?:;|,| and) (?:{REMEDIES})\b[^;]*$")
_RAW = re.compile(
    r"Traceback|\n|\\n|<[a-z!][^>]*>|object at 0x|Connection\w+\(|\b[A-Z]\w+(?:Error|Exception)\b|Errno|\bb'|[{}\[\]]"
)

HEATS_PROJECT = "project of Heat's"
"""Where Heat keeps the users of a stack's resources; its name is the project's ID, a hyphen and the stack's ID, cut."""

PARTS = ("server", "port", "floating IP", "security group", HEATS_PROJECT)
"""What one host is made of, each once."""


@dataclass(frozen=True)
class Thing:
    """One object in the cloud."""

    kind: str
    id: str
    name: str
    row: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)

    def is_of(self, stacks: Iterable[str]) -> bool:
        """Tell whether it is a project that Heat made for one of these stacks."""
        return self.kind == HEATS_PROJECT and any(stack.startswith(self.name[ID_LENGTH + 1 :]) for stack in stacks)

    def __str__(self) -> str:
        """Name it."""
        return f"{self.kind} {self.name or self.id}"


@dataclass(frozen=True)
class Declared:
    """The host as it is to be."""

    name: str
    cidrs: tuple[str, ...]
    key_name: str
    flavor: str


@dataclass
class Existing:
    """All that is in a project: stacks with their resources, and the objects themselves."""

    stacks: Sequence[Mapping[str, Any]]
    resources: Mapping[str, Sequence[Mapping[str, Any]]]
    things: Sequence[Thing]

    def leftovers(self) -> list[str]:
        """Name what belongs to no stack."""
        owned = {row["physical_resource_id"] for rows in self.resources.values() for row in rows}
        stacks = {row["id"] for row in self.stacks}
        strays = (thing for thing in self.things if thing.id not in owned and not thing.is_of(stacks))
        return [f"{thing} belongs to no stack" for thing in strays]

    def differences(self, declared: Declared | None) -> list[str]:
        """Say in what the project differs from one declared host alone, or from nothing."""
        if declared is None:
            return [f"stack {row['stack_name']} is {row['stack_status']}" for row in self.stacks] + [
                f"{thing} is there" for thing in self.things
            ]
        stacks = [(row["stack_name"], row["stack_status"].rpartition("_")[2]) for row in self.stacks]
        if stacks != [(declared.name, "COMPLETE")]:
            return [f"stacks are {stacks}"]
        found = {kind: [thing for thing in self.things if thing.kind == kind] for kind in PARTS}
        wrong = [f"{len(things)} of {kind}" for kind, things in found.items() if len(things) != 1]
        return wrong or self._properties({kind: things[0].row for kind, things in found.items()}, declared)

    @staticmethod
    def _properties(rows: Mapping[str, Mapping[str, Any]], declared: Declared) -> list[str]:
        server, port, group = rows["server"], rows["port"], rows["security group"]
        pairs = {
            "status": (server["status"], "ACTIVE"),
            "name": (server["name"], declared.name),
            "key pair": (server["key_name"], declared.key_name),
            "flavor": (server["flavor"]["original_name"], declared.flavor),
            "port's server": (port["device_id"], server["id"]),
            "port's security groups": (port["security_group_ids"], [group["id"]]),
            "floating IP's port": (rows["floating IP"]["port_id"], port["id"]),
            "management networks": (_networks(group), set(declared.cidrs)),
        }
        return [f"{what} is {is_!r}, not {to_be!r}" for what, (is_, to_be) in pairs.items() if is_ != to_be]


def _networks(group: Mapping[str, Any]) -> set[str]:
    rules = group["security_group_rules"]
    return {str(rule["remote_ip_prefix"]) for rule in rules if rule["direction"] == "ingress"}


def unclear(message: str, stderr: str = "") -> list[str]:
    """Say why an error is not one clear sentence that ends with a remedy."""
    found = []
    if raw := _RAW.search(message):
        found.append(f"it shows {raw[0]!r}")
    if not _REMEDY.search(message):
        found.append("it ends with no remedy")
    if len(message) > LONGEST_SENTENCE:
        found.append(f"it has {len(message)} characters")
    if "Traceback" in stderr:
        found.append("a traceback is beside it")
    return [f"{reason}: {message}" for reason in found]


def blind_repeats(calls: Sequence[Call]) -> int:
    """Count the creations of a stack that were asked for again without a look at what the first one did."""
    repeats, asked = 0, False
    for call in calls:
        if call.service != "Heat" or not call.path.partition("?")[0].endswith("/stacks"):
            continue
        repeats += call.method == "POST" and asked
        asked = call.method == "POST"
    return repeats
