# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a check found is reported to programs, people and CI systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.heatdock.hosts.plugins.filter.drift_report import drift_report
from ansible_collections.heatdock.hosts.plugins.module_utils._drift_report import (
    as_json,
    as_junit,
    as_markdown,
    report_of,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._known_hosts import unreachable

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/drift.schema.json").read_text(encoding="utf-8"))
GONE = {
    "name": "floating_ip",
    "type": "OS::Neutron::FloatingIP",
    "reason": "it is gone, deleted behind Heat's back",
    "cuts_off": True,
}
RENAMED = {"name": "server", "type": "OS::Nova::Server", "reason": "its name is other", "cuts_off": False}
RULES = {
    "name": "security_group",
    "type": "OS::Neutron::SecurityGroup",
    "reason": "its rules were changed",
    "cuts_off": False,
}
UNREACHED = "host web2: 203.0.113.5 cannot be reached by SSH: No route to host"
FOLLOWS = f"it was not looked at from inside: {UNREACHED}"
FOREIGN = f"host web2: {unreachable({'msg': 'Host key verification failed.'}, '203.0.113.5')}"


def host(**values: Any) -> dict[str, Any]:
    """Return what the module says of one host."""
    return {"action": "none", "status": "CHECK_COMPLETE", "resources": [], "notes": [], "drift": []} | values


HOSTS = {"web1": host(), "web2": host(drift=[GONE, RULES]), "web3": host(drift=None, error="host web3: no | answer")}
REPORT = report_of(HOSTS)


def test_the_report_counts_hosts() -> None:
    assert REPORT["summary"] == {"hosts": 3, "drifted": 1, "failed": 1}
    jsonschema.validate(json.loads(as_json(REPORT)), SCHEMA)


def test_people_see_what_is_wrong_with_which_resource() -> None:
    assert as_markdown(REPORT).splitlines() == [
        "**Drift: 1 of 3 hosts are not as the repository has them, 1 could not be checked**",
        "",
        "| Host | Resource | What is wrong |",
        "| --- | --- | --- |",
        "| web2 | floating\\_ip (OS::Neutron::FloatingIP) | it is gone, deleted behind Heat's back |",
        "| web2 | security\\_group (OS::Neutron::SecurityGroup) | its rules were changed |",
        "| web3 |  | host web3: no \\| answer |",
    ]


def test_a_quiet_night_is_one_line() -> None:
    quiet = as_markdown(report_of({"web1": host()}))
    assert quiet == "**Drift: 0 of 1 hosts are not as the repository has them**\n"


def test_what_is_wrong_inside_stands_beside_what_is_wrong_outside() -> None:
    daemon = {"name": "/etc/docker/daemon.json", "type": "file", "reason": "its content is not what is declared"}
    report = report_of(HOSTS, {"web1": {"drift": [daemon]}, "web2": {"drift": [daemon]}})
    assert report["hosts"]["web1"]["drift"] == [daemon]
    assert report["hosts"]["web2"]["drift"] == [GONE, RULES, daemon]
    jsonschema.validate(report, SCHEMA)


@pytest.mark.parametrize(
    ("outside", "inside", "error", "notes"),
    [
        (host(drift=[RULES, GONE]), UNREACHED, None, [FOLLOWS]),
        (host(), UNREACHED, UNREACHED, []),
        (host(drift=[RENAMED, RULES]), UNREACHED, UNREACHED, []),
        (host(drift=[GONE]), FOREIGN, FOREIGN, []),
        (host(drift=[GONE]), "see the task that failed", "see the task that failed", []),
        (host(drift=None, error="no answer"), UNREACHED, f"no answer; {UNREACHED}", []),
    ],
    ids=["cut off", "nothing wrong", "wrong otherwise", "another key", "reached", "not looked at outside"],
)
def test_a_host_not_looked_at_is_an_error_unless_its_drift_explains_that_ssh_fails(
    outside: dict[str, Any], inside: str, error: str | None, notes: list[str]
) -> None:
    report = report_of({"web2": outside}, {"web2": {"error": inside}})
    told = report["hosts"]["web2"]
    assert (told["error"], told["notes"]) == (error, notes)
    assert report["summary"]["failed"] == (error is not None)
    jsonschema.validate(report, SCHEMA)


def test_notes_are_told_to_people_and_ci_systems() -> None:
    report = report_of({"web2": host(drift=[GONE], notes=["something else"])}, {"web2": {"error": UNREACHED}})
    assert as_markdown(report).splitlines()[-5:] == [
        "",
        "| Host | Note |",
        "| --- | --- |",
        "| web2 | something else |",
        f"| web2 | {FOLLOWS} |",
    ]
    [case] = ET.fromstring(as_junit(report))  # noqa: S314 - our own
    assert [part.tag for part in case] == ["failure", "system-out"]
    assert case[1].text == f"something else\n{FOLLOWS}"


def test_ci_systems_see_a_test_for_each_host() -> None:
    suite = ET.fromstring(as_junit(REPORT))  # noqa: S314 - our own
    assert {name: suite.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
    }
    assert [(case.get("name"), [part.tag for part in case]) for case in suite] == [
        ("web1", []),
        ("web2", ["failure"]),
        ("web3", ["error"]),
    ]
    assert "security_group" in str(suite[1][0].text)


def test_the_filter_takes_the_formats_by_name() -> None:
    assert drift_report(HOSTS) == as_json(REPORT)
    assert drift_report(HOSTS, "junit") == as_junit(REPORT)
    with pytest.raises(AnsibleFilterError, match='format "yaml" is none of json, markdown, junit'):
        drift_report(HOSTS, "yaml")
