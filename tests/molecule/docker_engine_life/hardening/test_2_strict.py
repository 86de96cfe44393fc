# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The strict profile: the way to it and back on a host in use, and what it keeps containers from.

A kernel has one audit, which containers can neither read nor set: that rules are loaded is tested on the lab.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.molecule.docker_engine_life.hardening.engine import (
    IMAGE,
    STRICT,
    address_of,
    fetch,
    remove,
    results,
    served,
    start,
)

if TYPE_CHECKING:
    from testinfra.host import Host
    from tests.molecule.conftest import Client
    from tests.molecule.docker_engine_life.hardening.engine import Score

RULES = "/etc/audit/rules.d/heatdock.rules"
TMPFILES = "/etc/tmpfiles.d/heatdock-audit.conf"
DAEMON = "/etc/docker/daemon.json"
STOP = "hardening | Stop what dockerd would no longer see"
SERVE = "sh -c 'mkdir /www; echo hello >/www/index.html; exec /bin/busybox httpd -f -p 80 -h /www'"
TIMED_OUT = 124
RESTART = "service | Restart dockerd"


def test_containers_are_not_left_behind_unasked(client: Client, host: Host) -> None:
    for kind, removal in {"ps --all": "rm --force", "volume ls": "volume rm"}.items():
        host.check_output(f"docker {kind} --quiet | xargs --no-run-if-empty docker {removal}")
    host.check_output("docker image prune --all --force")  # which takes an image after those that are built on it
    host.check_output(f"docker volume create kept && {IMAGE}")
    start(host, "left", "--volume kept:/kept")
    refused = client.play({"docker_engine_hardening": "strict"})
    assert refused.failure == (
        f"host {client.container.name}: with another userns-remap or data-root dockerd would no longer see "
        "1 containers, 1 images and 1 volumes, and would stop 1 running containers; save what you need and set "
        "docker_engine_leave_data: true; all stays on disk and is back with the old option"
    )
    assert refused.changes == set()
    refused = client.play({**STRICT, "docker_engine_restart": False})
    assert "takes a restart of dockerd, and docker_engine_restart is false" in refused.failure
    assert host.check_output("docker ps --quiet | wc -l") == "1"
    remove(host, "left")


def test_strict_is_brought_to_a_host_in_use(client: Client, host: Host) -> None:
    start(host, "left", "--restart always")
    assert client.apply(STRICT).changes == {
        *(f"Write the files: {path}" for path in (DAEMON, RULES, TMPFILES)),
        "Make the folders: /etc/audit/rules.d",
        STOP,
        RESTART,
    }
    assert host.check_output("docker ps --all --quiet") == ""
    assert client.play(STRICT).changes == set()
    host.check_output(IMAGE)


def test_root_in_a_container_is_nobody_on_the_host(host: Host) -> None:
    host.check_output("echo secret >/srv/secret && chmod 0600 /srv/secret")
    start(host, "witness", "--volume /srv:/srv")
    pid = host.check_output("docker inspect --format '{{.State.Pid}}' witness")
    assert host.check_output("docker exec witness /bin/busybox id -u") == "0"
    assert int(host.check_output(f"ps -o uid= -p {pid}")) >= 100000
    assert host.run("docker exec witness /bin/busybox cat /srv/secret").rc != 0
    remove(host, "witness")


def test_container_gains_no_privileges(host: Host) -> None:
    status = host.check_output("docker run --rm busybox /bin/busybox grep NoNewPrivs /proc/self/status")
    assert status.split() == ["NoNewPrivs:", "1"]


def test_containers_do_not_reach_each_other_over_the_default_bridge(host: Host) -> None:
    start(host, "one", command=SERVE)
    start(host, "two")
    try:
        # The host itself does, so that it is no other fault.
        assert served(host, address_of(host, "one"))
        assert fetch(host, address_of(host, "one"), inside="two").rc == TIMED_OUT
    finally:
        remove(host, "one", "two")


def test_containers_of_one_network_reach_each_other(host: Host) -> None:
    host.check_output("docker network create project")
    start(host, "one", "--network project", command=SERVE)
    start(host, "two", "--network project")
    try:
        assert served(host, address_of(host, "one"), inside="two")
    finally:
        remove(host, "one", "two")
        host.check_output("docker network rm project")


def test_audit_rules_are_for_root_alone_and_name_each_path_once(host: Host) -> None:
    rules = host.file(RULES)
    assert (rules.mode, rules.user) == (0o640, "root")
    watched = [line.split()[1] for line in rules.content_string.splitlines() if line.startswith("-w ")]
    assert len(watched) == len(set(watched)) > 10


def test_score_of_strict(score: Score) -> None:
    report = score()
    assert results(report, "WARN", "2") == ["2.12", "2.13"]
    assert [name for name in report["unwaived"] if name.startswith("2.")] == []
    assert report["scores"]["2"] == 10
    assert results(report, "PASS", "1") == ["1.1.1"]


def test_standard_finds_what_it_had(client: Client, host: Host) -> None:
    changes = client.apply({"docker_engine_leave_data": True}).changes
    assert changes == {
        f"Write the files: {DAEMON}",
        *(f"Remove files no longer declared: {path}" for path in (RULES, TMPFILES)),
        RESTART,
    }
    assert host.check_output("docker ps --all --format '{{.Names}}'") == "left"
    assert host.check_output("docker volume ls --quiet") == "kept"
    remove(host, "left")
