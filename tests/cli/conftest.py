# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A project of the tests' own on the lab, and the docker client's plugin for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.cli.plugin import Plugin
from tests.cli.workplace import workplace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.scale.project import Project


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Return a project in which nobody else works, with what a host needs around it."""
    with workplace("heatdock-cli", tmp_path_factory.mktemp("project")) as project:
        yield project


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory, project: Project) -> Iterator[Plugin]:
    """Return the plugin with a fleet of no hosts; what tests leave of hosts is removed."""
    plugin = Plugin(tmp_path_factory.mktemp("plugin"), project)
    yield plugin
    if names := plugin.cloud_hosts():
        plugin.hosts("rm", "--force", *names)
