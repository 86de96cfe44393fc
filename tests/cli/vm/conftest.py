# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hosts, made as somebody made them in 2014: by an address of Keystone and by IDs, then by names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fleet import give_busybox
from tests.cli.plugin import Done, Plugin
from tests.cli.vm.seed import ENGINE, FIRST, FLAVOR, GROUP, IMAGE, SECOND, Way, Ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scale.project import Project


@pytest.fixture(scope="session")
def ways(project: Project) -> Ways:
    """Return what the project has, with a security group of the user's."""
    cloud = project.session()
    group = cloud.network.create_security_group(name=GROUP)
    auth = project.entry["auth"]
    nameserver = cloud.network.find_subnet("private").dns_nameservers[0]
    return Ways(
        Way(
            cloud.image.find_image(IMAGE).id,
            cloud.compute.find_flavor(FLAVOR).id,
            cloud.network.find_network("private").id,
            cloud.network.find_network("public").id,
            group.id,
            ("id", cloud.current_project_id),
            nameserver,
            auth,
        ),
        Way(IMAGE, FLAVOR, "private", "public", GROUP, ("name", project.name), nameserver, auth),
    )


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, project: Project) -> Iterator[Plugin]:
    """Return the machine of somebody whose client knows of no cloud yet."""
    desk = Plugin(tmp_path_factory.mktemp("desk"), project)
    for name in ("OS_CLOUD", "OS_CLIENT_CONFIG_FILE"):
        del desk.environment[name]
    yield desk
    if names := desk.cloud_hosts():
        desk.hosts("rm", "--force", *names)


@pytest.fixture(scope="session")
def first(desk: Plugin, ways: Ways) -> Done:
    """Make a host by the line of 2014, with IDs, the password on the command line as it was."""
    way = ways.by_ids
    return desk.hosts("create", *way.line, f"--openstack-password={way.auth['password']}", FIRST)


@pytest.fixture(scope="session")
def second(desk: Plugin, ways: Ways, first: Done) -> Done:
    """Make one by the same line with names, with options of the engine, the password from the environment."""
    assert first.status == 0, first.err
    way = ways.by_names
    password = {"OS_PASSWORD": way.auth["password"]}
    return desk.hosts("create", *way.line, *ENGINE, "--no-use", SECOND, **password)


@pytest.fixture(scope="session")
def busybox(desk: Plugin, first: Done) -> str:
    """Return an image that the first host has."""
    assert first.status == 0, first.err
    give_busybox(FIRST, desk.environment)
    return "busybox"
