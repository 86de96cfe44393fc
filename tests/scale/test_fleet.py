# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet's life by the module alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.scale import modules
from tests.scale.cloud import ACCESS, HOST, TEMPLATE
from tests.scale.lifecycle import CHEAP
from tests.scale.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTS = [{"name": name, **HOST} for name in ("life-fleet-1", "life-fleet-2")]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Have a project of our own, since prune is about all that is in one."""
    with Project("life-prune", tmp_path) as made:
        yield made


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


def test_prune_deletes_the_hosts_that_are_no_longer_declared_and_no_others(project: Project, tmp_path: Path) -> None:
    template = tmp_path / "cheap.yaml"
    template.write_text(yaml.safe_dump(CHEAP), encoding="utf-8")

    def run(*names: str, check: bool = False, diff: bool = False, **options: Any) -> modules.Result:
        hosts = [{"name": name} for name in names]
        arguments = {**project.access, "template": str(template), "hosts": hosts, **options}
        return modules.run("docker_hosts", arguments, check=check, diff=diff)

    def there() -> set[str]:
        return {row["stack_name"] for row in project.existing().stacks}

    assert not run("web1", "web2", "web3").failed
    limited: dict[str, Any] = {"prune": True, "declared": ["web1", "web2"]}
    foretold = run("web1", **limited, check=True, diff=True)
    assert {name: host["action"] for name, host in foretold.returned["hosts"].items()} == {
        "web1": "none",
        "web3": "delete",
    }
    assert foretold.returned["hosts"]["web3"]["notes"] == ["it is not declared any more"]
    assert [diff["before_header"] for diff in foretold.returned["diff"]] == ["host web3"]
    assert there() == {"web1", "web2", "web3"}
    happened = run("web1", **limited)
    assert {name: host["action"] for name, host in happened.returned["hosts"].items()} == {
        "web1": "none",
        "web3": "delete",
    }
    assert there() == {"web1", "web2"}
    assert run("web1", **limited).returned["changed"] is False
    refused = run(prune=True)
    assert refused.message == (
        "prune: no host is declared, so every host of the project would be deleted; declare those that stay, or name "
        "those that go with state=absent"
    )
    assert there() == {"web1", "web2"}
    assert "prune goes with state=present or state=checked alone" in run("web1", state="absent", prune=True).message
