# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a check of the fleet found, as a file: JSON for programs, Markdown for people, JUnit for CI; pure functions.

docs/drift.schema.json describes the first. PRIVATE to the collection.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ansible_collections.heatdock.hosts.plugins.module_utils._known_hosts import is_unreached
from ansible_collections.heatdock.hosts.plugins.module_utils._markdown import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

VERSION = 1
Report = dict[str, Any]


def report_of(hosts: Mapping[str, Any], insides: Mapping[str, Any] | None = None) -> Report:
    """Write down what is wrong with each host.

    `hosts` is what docker_hosts returned of a check. `insides` is by host what a look inside has found: `drift`, or the
    `error` that kept it from looking.
    """
    entries = {name: _entry(host, (insides or {}).get(name) or {}) for name, host in hosts.items()}
    return {
        "version": VERSION,
        "summary": {
            "hosts": len(entries),
            "drifted": sum(bool(entry["drift"]) for entry in entries.values()),
            "failed": sum(entry["error"] is not None for entry in entries.values()),
        },
        "hosts": entries,
    }


def _entry(host: Mapping[str, Any], inside: Mapping[str, Any]) -> dict[str, Any]:
    """Write down what is wrong with a host; that SSH does not reach it may follow from what is wrong with its stack."""
    outside, obstacle = list(host.get("drift") or []), inside.get("error", "")
    follows = is_unreached(obstacle) and any(item.get("cuts_off") for item in outside)
    errors = [host.get("error"), "" if follows else obstacle]
    return {
        "status": host["status"],
        "drift": outside + list(inside.get("drift") or []),
        "notes": [*host["notes"], *([f"it was not looked at from inside: {obstacle}"] if follows else [])],
        "error": "; ".join(filter(None, errors)) or None,
    }


def as_json(report: Report) -> str:
    """Write a report for programs."""
    return json.dumps(report, indent=4, sort_keys=True) + "\n"


def as_markdown(report: Report) -> str:
    """Write a report for people: a line that sums it up, a table of what is wrong, and one of what else is known."""
    hosts = report["hosts"]
    wrong = list(_rows(hosts))
    notes = [[name, note] for name, host in hosts.items() for note in host["notes"]]
    tables = [(["Host", "Resource", "What is wrong"], wrong), (["Host", "Note"], notes)]
    return f"**Drift: {_sum(report['summary'])}**\n" + "".join(
        f"\n{table(heads, rows)}\n" for heads, rows in tables if rows
    )


def _sum(summary: Mapping[str, int]) -> str:
    parts = [f"{summary['drifted']} of {summary['hosts']} hosts are not as the repository has them"]
    if summary["failed"]:
        parts.append(f"{summary['failed']} could not be checked")
    return ", ".join(parts)


def _rows(hosts: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, host in hosts.items():
        for item in host["drift"]:
            yield [name, f"{item['name']} ({item['type']})", item["reason"]]
        if host["error"] is not None:
            yield [name, "", host["error"]]


def as_junit(report: Report) -> str:
    """Write a report for CI systems: a test for each host, failed by drift, whose output is its notes."""
    summary = report["summary"]
    counts = {"tests": summary["hosts"], "failures": summary["drifted"], "errors": summary["failed"]}
    attributes = {"name": "drift", **{name: str(count) for name, count in counts.items()}}
    suite = ET.Element("testsuite", attributes)
    for name, host in report["hosts"].items():
        case = ET.SubElement(suite, "testcase", {"classname": "drift", "name": name})
        if host["drift"]:
            lines = [f"{item['name']} ({item['type']}): {item['reason']}" for item in host["drift"]]
            failure = ET.SubElement(case, "failure", {"message": lines[0]})
            failure.text = "\n".join(lines)
        if host["error"] is not None:
            ET.SubElement(case, "error", {"message": host["error"]})
        if host["notes"]:
            ET.SubElement(case, "system-out").text = "\n".join(host["notes"])
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


FORMATS: dict[str, Callable[[Report], str]] = {"json": as_json, "markdown": as_markdown, "junit": as_junit}
