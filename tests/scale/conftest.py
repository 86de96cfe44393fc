# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests on the scale lab share."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from tests.scale.cloud import ADMIN, CLOUD, SCALE_CLOUDS, connection
from tests.scale.guests import Guests
from tests.scale.lifecycle import CHEAP, Lab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def admin() -> Any:
    """Return a session of the lab's administrator."""
    assert SCALE_CLOUDS.exists(), "the scale lab is not running; start it with make lab-scale"
    return connection(ADMIN)


@pytest.fixture(scope="session")
def cloud() -> Any:
    """Return a session of the lab's user."""
    return connection(CLOUD)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Have the servers report to Heat, from one process also when the tests run in several."""
    if not hasattr(session.config, "workerinput") and SCALE_CLOUDS.exists():
        session.config.add_cleanup(Guests(connection(ADMIN)).start().stop)


@pytest.fixture
def host(cloud: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Return hosts of the real template, with a server, their names with the prefix of the test's module."""
    lab = Lab(cloud, tmp_path, request.module.PREFIX)
    lab.clear()
    yield lab
    lab.clear()


@pytest.fixture
def cheap(host: Lab) -> Lab:
    """Return hosts without a server, whose course a test can choose."""
    host.template = copy.deepcopy(CHEAP)
    return host
