# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts are judged by docker-bench-security's checks from what they said."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.heatdock.hosts.plugins.filter.cis import cis
from ansible_collections.heatdock.hosts.plugins.module_utils._cis import JUDGES, read_flags, read_rules

ROOT = Path(__file__).parents[2]
CHECKS: list[dict[str, Any]] = yaml.safe_load((ROOT / "playbooks/vars/cis.yml").read_text())["cis_checks"]
WAIVERS: dict[str, str] = yaml.safe_load((ROOT / "playbooks/vars/cis-waivers.yml").read_text())["cis_waivers"]
PROFILES = yaml.safe_load((ROOT / "roles/docker_engine/vars/hardening.yml").read_text())
BASE = yaml.safe_load((ROOT / "roles/docker_engine/defaults/main.yml").read_text())["docker_engine_daemon"]
RULES = (ROOT / "roles/docker_engine/files/audit.rules").read_text()
# What Debian 13 has of the paths that checks ask for.
PRESENT = (
    "/usr/sbin/dockerd /run/containerd /var/lib/docker /etc/docker /usr/lib/systemd/system/docker.service "
    "/run/containerd/containerd.sock /usr/lib/systemd/system/docker.socket /etc/default/docker "
    "/etc/docker/daemon.json /etc/containerd/config.toml /usr/bin/containerd /usr/bin/containerd-shim "
    "/usr/bin/containerd-shim-runc-v1 /usr/bin/containerd-shim-runc-v2 /usr/sbin/runc"
)
INFO = {
    "DockerRootDir": "/var/lib/docker",
    "Driver": "overlay2",
    "LiveRestoreEnabled": True,
    "LoggingDriver": "local",
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"],
    "ServerVersion": "26.1.5+dfsg1",
    "Swarm": {"LocalNodeState": "inactive"},
}


def said(**parts: str) -> str:
    """Write what the probe prints."""
    given = {"info": json.dumps(INFO), "daemon": "{}", "flags": "dockerd\0", "present": "\n".join(PRESENT.split())}
    return "".join(f"{key} {base64.b64encode(value.encode()).decode()}\r\n" for key, value in (given | parts).items())


def result(check: str, **parts: str) -> str:
    """Return what one check says."""
    (found,) = [item for item in cis(said(**parts), CHECKS)["results"] if item["id"] == check]
    return found["result"]


def daemon(**options: object) -> dict[str, str]:
    """Return a daemon.json whose names are written with underscores."""
    return {"daemon": json.dumps({name.replace("_", "-"): value for name, value in options.items()})}


def info(**fields: object) -> dict[str, str]:
    """Return what dockerd says, some of it otherwise."""
    return {"info": json.dumps(INFO | fields)}


def of_profile(name: str) -> dict[str, str]:
    """Return what a host of a profile says, on a virtual machine of Debian 13 without a data volume."""
    options = BASE | PROFILES[name]["daemon"]
    security = INFO["SecurityOptions"] + (["name=userns"] if "userns-remap" in options else [])  # type: ignore[operator]
    root = "/var/lib/docker/165536.165536" if "userns-remap" in options else "/var/lib/docker"
    audit = RULES if PROFILES[name]["audit"] else ""
    return {"daemon": json.dumps(options, indent=4), "audit": audit} | info(
        SecurityOptions=security, DockerRootDir=root
    )


def test_checks_are_those_of_docker_bench_security() -> None:
    first = ["1.1." + str(number) for number in range(1, 19)] + ["1.2.1", "1.2.2"]
    assert [check["id"] for check in CHECKS] == first + ["2." + str(number) for number in range(1, 19)]
    assert {check["judge"] for check in CHECKS} == set(JUDGES)


def test_every_scored_check_of_section_2_passes_under_strict_or_is_waived() -> None:
    report = cis(said(**of_profile("strict")), CHECKS, WAIVERS)
    assert report["unwaived"] == []
    assert report["warnings"] == ["1.1.1", "2.12", "2.13"]
    assert (report["checks"], report["scores"]) == (38, {"1": 14, "2": 10})


def test_standard_warns_where_containers_would_feel_it() -> None:
    report = cis(said(**of_profile("standard")), CHECKS, WAIVERS)
    section_2 = [name for name in report["warnings"] if name.startswith("2.")]
    assert section_2 == ["2.2", "2.9", "2.12", "2.13", "2.14"]
    assert report["scores"]["2"] == 4


@pytest.mark.parametrize(
    ("check", "parts", "expected"),
    [
        ("1.1.1", {"mounts": "/\n/var/lib/docker\n"}, "PASS"),
        ("1.1.1", {"mounts": "/\n/var/lib/docker\n"} | info(SecurityOptions=["name=userns"]), "WARN"),
        ("1.1.2", {"group": "docker:x:103:debian,alice\n"}, "INFO"),
        ("1.1.3", {}, "WARN"),
        ("1.1.3", {"audit": "-w /usr/sbin/dockerd -p rwxa -k docker"}, "PASS"),
        ("1.1.6", {"audit": "-a always,exit -F dir=/etc/docker -F perm=wa -F key=docker"}, "PASS"),
        ("1.1.7", {"audit": "-w /lib/systemd/system/docker.service -p wa"}, "PASS"),
        ("1.1.8", {"audit": "-w /run/containerd -p wa"}, "PASS"),
        ("1.1.8", {"audit": "-w /run/contain -p wa"}, "WARN"),
        ("1.1.13", {}, "INFO"),
        ("1.2.1", {}, "NOTE"),
        ("2.1", {}, "NOTE"),
        ("2.1", info(SecurityOptions=["name=rootless"]), "PASS"),
        ("2.2", {}, "WARN"),
        ("2.2", {"flags": "dockerd\0--icc=false\0"}, "PASS"),
        ("2.3", daemon(log_level="debug"), "WARN"),
        ("2.3", {"flags": "dockerd\0-l\0info\0"}, "PASS"),
        ("2.4", daemon(iptables=False), "WARN"),
        ("2.5", {"flags": "dockerd\0--insecure-registry\0r.example\0"}, "WARN"),
        ("2.5", daemon(insecure_registries=[]), "PASS"),
        ("2.6", info(Driver="aufs"), "WARN"),
        ("2.7", daemon(hosts=["fd://"]), "INFO"),
        ("2.7", daemon(hosts=["tcp://0.0.0.0:2376"], tls=True), "WARN"),
        ("2.7", {"flags": "dockerd\0-H\0tcp://0.0.0.0:2376\0--tlsverify\0--icc=false\0"}, "PASS"),
        ("2.8", {}, "INFO"),
        ("2.8", daemon(default_ulimits={"nofile": {}}), "PASS"),
        ("2.9", daemon(userns_remap="default"), "WARN"),  # asked for, but dockerd has not started with it
        ("2.9", info(SecurityOptions=["name=userns"]), "PASS"),
        ("2.9", info(SecurityOptions=["name=rootless"]), "PASS"),
        ("2.10", daemon(cgroup_parent="/mine"), "WARN"),
        ("2.11", daemon(storage_opts=["dm.basesize=20G"]), "WARN"),
        ("2.12", daemon(authorization_plugins=["opa"]), "PASS"),
        ("2.13", info(LoggingDriver="gelf"), "PASS"),
        ("2.13", info(LoggingDriver="local"), "WARN"),
        ("2.14", daemon(no_new_privileges=True), "PASS"),
        ("2.15", info(LiveRestoreEnabled=False), "WARN"),
        ("2.15", info(LiveRestoreEnabled=False, Swarm={"LocalNodeState": "active"}), "PASS"),
        ("2.16", {}, "WARN"),
        ("2.17", info(SecurityOptions=[]), "WARN"),
        ("2.17", info(SecurityOptions=["name=seccomp,profile=/etc/own.json"]), "INFO"),
        ("2.18", {}, "INFO"),
    ],
)
def test_check_says(check: str, parts: dict[str, str], expected: str) -> None:
    assert result(check, **parts) == expected


@pytest.mark.parametrize(("users", "expected"), [("debian", "PASS"), ("debian,eve", "WARN"), ("", "PASS")])
def test_users_are_judged_where_trusted_ones_are_named(users: str, expected: str) -> None:
    report = cis(said(group=f"docker:x:103:{users}\n"), CHECKS, trusted_users=["debian"])
    assert [item["result"] for item in report["results"] if item["id"] == "1.1.2"] == [expected]


def test_waiver_is_shown_with_its_reason_and_counts_as_a_warning() -> None:
    plain, waived = cis(said(), CHECKS), cis(said(), CHECKS, {"2.12": "no plugin here"})
    assert waived["score"] == plain["score"]
    assert "2.12" in plain["unwaived"]
    assert "2.12" not in waived["unwaived"]
    assert "2.12    WAIVED  Clients' commands are authorized: no plugin here" in waived["lines"]


def test_waiver_of_a_check_that_passes_is_not_used() -> None:
    report = cis(said(**daemon(authorization_plugins=["opa"])), CHECKS, WAIVERS)
    assert [item["waiver"] for item in report["results"] if item["id"] == "2.12"] == [""]


def test_waiver_of_no_check_is_an_error() -> None:
    with pytest.raises(AnsibleFilterError, match=re.escape("waiver of 2.99: there is no such check")):
        cis(said(), CHECKS, {"2.99": "x"})


@pytest.mark.parametrize("parts", [{"info": ""}, {"info": "", "refusal": "Cannot connect to the Docker daemon"}])
def test_host_without_dockerd_is_an_error(parts: dict[str, str]) -> None:
    reason = parts.get("refusal", "it said nothing")
    with pytest.raises(AnsibleFilterError, match=f"dockerd does not answer: {reason}; start it, then score the host"):
        cis(said(**parts), CHECKS)


def test_score_ends_the_table() -> None:
    assert cis(said(**of_profile("strict")), CHECKS)["lines"][-1] == (
        "Checks: 38   Score: 24 (section 1: 14, section 2: 10)"
    )


def test_comparison_names_what_docker_bench_security_says_otherwise() -> None:
    report = cis(said(), CHECKS)
    theirs = [{"id": item["id"], "result": item["result"].replace("NOTE", "INFO")} for item in report["results"]]
    theirs[[item["id"] for item in theirs].index("2.13")]["result"] = "PASS"
    theirs[[item["id"] for item in theirs].index("2.4")]["result"] = "WARN"
    bench = {"tests": [{"results": theirs}], "score": 1, "checks": 38}
    compared = cis(said(), CHECKS, bench=json.dumps(bench))
    assert [item["id"] for item in compared["bench"]["differences"]] == ["2.4", "2.13"]
    assert compared["bench"]["unexplained"] == ["2.4"]
    assert compared["lines"][-2:] == [
        "2.4     ours PASS, its WARN: not explained; look at both",
        "2.13    ours WARN, its PASS: it takes any log driver but json-file for remote",
    ]


def test_flags_are_read_as_dockerd_reads_them() -> None:
    flags = ["dockerd", "-H", "fd://", "--host=tcp://:2376", "--tlsverify", "--log-level", "warn", "--icc=false", ""]
    hosts = ["fd://", "tcp://:2376"]
    assert read_flags(flags) == {"hosts": hosts, "tlsverify": True, "log-level": "warn", "icc": False}


def test_rules_of_either_form_are_read() -> None:
    rules = ["# a comment", "-w /etc/docker/ -p wa", "-a always,exit -F path=/usr/bin/runc -F perm=x", "No rules"]
    assert read_rules(rules) == ["/etc/docker", "/usr/bin/runc"]
