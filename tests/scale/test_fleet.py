# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet's life by the module alone."""

from __future__ import annotations

from tests.scale import modules
from tests.scale.cloud import ACCESS, HOST, TEMPLATE

HOSTS = [{"name": name, **HOST} for name in ("fleet-1", "fleet-2")]


def test_hosts_are_made_left_alone_and_deleted() -> None:
    declared = {**ACCESS, "template": TEMPLATE, "hosts": HOSTS}
    made = modules.run("docker_hosts", declared)
    assert not made.failed, made.message
    assert {host["status"] for host in made.returned["hosts"].values()} == {"CREATE_COMPLETE"}
    assert not modules.run("docker_hosts", declared).returned["changed"]
    gone = modules.run(
        "docker_hosts", {**ACCESS, "state": "absent", "hosts": [{"name": host["name"]} for host in HOSTS]}
    )
    assert gone.returned["changed"]
