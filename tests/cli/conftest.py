# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A project of the tests' own on the lab, and the docker client's plugin for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fleet import CLOUDS, DECLARED, LAB
from tests.cli.plugin import Plugin
from tests.scale.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "heatdock-cli"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Return a project in which nobody else works, with what a host needs around it."""
    assert CLOUDS.exists(), "the lab is not running; start it with make lab"
    with Project(NAME, tmp_path_factory.mktemp("project"), CLOUDS) as project:
        mine, key = project.session(), DECLARED["docker_host_key_name"]
        nameservers = mine.network.find_subnet("private").dns_nameservers or lab_nameservers(project)
        mine.network.update_subnet(mine.network.find_subnet("private"), dns_nameservers=nameservers)
        public_key = (LAB / "ssh/id_ed25519.pub").read_text(encoding="utf-8").strip()
        mine.compute.create_keypair(name=key, public_key=public_key)
        yield project
        mine.compute.delete_keypair(key)


def lab_nameservers(project: Project) -> list[str]:
    """Return the nameservers of the lab's own private network."""
    for subnet in project.session(f"{NAME}-admin").network.subnets():
        if subnet.dns_nameservers:
            return list(subnet.dns_nameservers)
    return []


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory, project: Project) -> Iterator[Plugin]:
    """Return the plugin with a fleet of no hosts; what tests leave of hosts is removed."""
    plugin = Plugin(tmp_path_factory.mktemp("plugin"), project)
    yield plugin
    if names := plugin.cloud_hosts():
        plugin.hosts("rm", "--force", *names)
