# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of drift on a host that docs/drift.yml names is made by hand on a real one, found, named and set right."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
import yaml
from fleet import ROOT, Cloud, Fleet, Run, physical_ids

HOST = "drift"
KINDS: dict[str, dict[str, str]] = yaml.safe_load((ROOT / "docs/drift.yml").read_text(encoding="utf-8"))["host"]
WELL, BROKEN, DRIFTED = 0, 1, 2
SHUT_SECONDS = 60
CERTIFICATE = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=stranger -days 800"
    " -keyout /etc/docker/pki/server-key.pem -out /etc/docker/pki/server.pem"
)
BY_HAND = {
    "options edited": """sed -i '1a "debug": true,' /etc/docker/daemon.json""",
    "drop-in deleted": "rm /etc/systemd/system/docker.service.d/heatdock.conf",
    "package removed": "dpkg --remove --force-depends docker-cli",
    "certificate replaced": CERTIFICATE,
    "service stopped": "systemctl stop docker.socket docker.service",
    "service disabled": "systemctl disable docker.service",
    "SSH refused": f"systemd-run --on-active={SHUT_SECONDS} systemctl start ssh && systemctl stop ssh.socket ssh",
    "CA replaced": "rm -r /etc/docker/pki && docker-pki init && systemctl restart docker",
}
BY_ROLE = [name for name, kind in KINDS.items() if kind["repair"] == "role"]
ALONE = "-o ControlMaster=no -o ControlPath=none -o StrictHostKeyChecking=yes"
"""Options for ssh that use no connection of before."""


@pytest.fixture(scope="module")
def host(fleet: Fleet) -> Fleet:
    """Have one host as it is declared."""
    fleet.declare({HOST: {}})
    made = fleet.play("site.yml")
    assert made.status == 0, made.output
    return fleet


def look(fleet: Fleet, **environment: str) -> tuple[Run, dict[str, Any]]:
    """Look for drift; return how the command ended, and what it reports of the host."""
    folder = fleet.folder / "report"
    folder.mkdir(exist_ok=True)
    command = str(ROOT / "bin/heatdock-drift")
    run = fleet.run(command, "-i", str(fleet.folder / "inventory"), DRIFT_DIR=str(folder), **environment)
    return run, json.loads((folder / "drift.json").read_text(encoding="utf-8"))["hosts"][HOST]


def by_hand(fleet: Fleet, name: str) -> None:
    """Change the host."""
    inventory = str(fleet.folder / "inventory")
    done = fleet.run("ansible", "-i", inventory, HOST, "--become", "-m", "ansible.builtin.shell", "-a", BY_HAND[name])
    assert done.status == 0, done.output


def fits(name: str, said: str) -> bool:
    """Tell whether a sentence has what the table says."""
    return re.search(".*".join(map(re.escape, KINDS[name]["said"].split("…"))), said) is not None


def test_each_kind_of_the_table_is_made_by_hand() -> None:
    assert set(BY_HAND) == set(KINDS)


def test_a_fresh_host_is_clean(host: Fleet) -> None:
    run, report = look(host)
    assert (run.status, report["drift"], report["error"]) == (WELL, [], None), run.output


@pytest.mark.parametrize("name", BY_ROLE)
def test_drift_on_the_host_is_found_named_and_set_right(host: Fleet, name: str) -> None:
    by_hand(host, name)
    run, report = look(host)
    assert run.status == DRIFTED, run.output
    assert [item["name"] for item in report["drift"]] == [KINDS[name]["resource"]]
    assert fits(name, report["drift"][0]["reason"])
    repaired = host.play("site.yml")
    assert repaired.status == 0, repaired.output
    again, report = look(host)
    assert (again.status, report["drift"]) == (WELL, []), again.output
    assert host.docker(HOST, "info", "--format", "{{.OSType}}") == "linux\n"


def test_a_host_that_cannot_be_reached_is_an_error_and_no_drift(host: Fleet) -> None:
    by_hand(host, "SSH refused")
    run, report = look(host, ANSIBLE_SSH_ARGS=ALONE)
    assert run.status == BROKEN, run.output
    assert report["drift"] == []
    assert fits("SSH refused", report["error"]), report["error"]
    deadline = time.monotonic() + 3 * SHUT_SECONDS
    while look(host, ANSIBLE_SSH_ARGS=ALONE)[0].status != WELL:
        assert time.monotonic() < deadline, "sshd has not come back"
        time.sleep(5)


def test_a_floating_ip_taken_off_explains_why_the_host_is_not_reached_and_is_put_back(
    host: Fleet, cloud: Cloud
) -> None:
    before = physical_ids(cloud, HOST)
    address = cloud.network.get_ip(before["floating_ip"])
    cloud.network.update_ip(address, port_id=None)
    run, report = look(host, ANSIBLE_SSH_ARGS=ALONE)
    assert run.status == DRIFTED, run.output
    assert [item["name"] for item in report["drift"]] == ["floating_ip"]
    assert (report["error"], len(report["notes"])) == (None, 1)
    assert report["notes"][0].startswith("it was not looked at from inside: ")
    planned = host.play("playbooks/provision.yml", "--check", "--diff")
    assert f"+    action: update\n+    port_id: {before['port']}" in planned.output
    repaired = host.play("site.yml")
    assert repaired.status == 0, repaired.output
    assert physical_ids(cloud, HOST) == before
    assert cloud.network.get_ip(address.id).port_id == before["port"]
    assert host.docker(HOST, "info", "--format", "{{.OSType}}") == "linux\n"
    again, report = look(host)
    assert (again.status, report["drift"], report["notes"]) == (WELL, [], []), again.output


def test_another_ca_is_named_and_nothing_trusts_it(host: Fleet) -> None:
    by_hand(host, "CA replaced")
    run, report = look(host)
    assert run.status == DRIFTED, run.output
    assert [item["name"] for item in report["drift"]] == [KINDS["CA replaced"]["resource"]]
    assert fits("CA replaced", report["drift"][0]["reason"])
    refused = host.play("site.yml")
    assert refused.status != 0
    assert "find out who answers there" in " ".join(refused.output.split())
