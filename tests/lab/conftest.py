# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests on the lab share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fleet import CLOUDS, Cloud, Fleet, connection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def cloud() -> Cloud:
    """Return a session of the lab's user."""
    assert CLOUDS.exists(), "the lab is not running; start it with make lab"
    return connection("heatdock-lab")


@pytest.fixture(scope="session")
def admin() -> Cloud:
    """Return a session of the lab's administrator."""
    return connection("heatdock-lab-admin")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, cloud: Cloud) -> Iterator[Fleet]:
    """Return an empty fleet; what a failed test left of its hosts is removed afterwards."""
    folder: Path = tmp_path_factory.mktemp("fleet")
    before = {stack.name for stack in cloud.orchestration.stacks()}
    yield Fleet(folder)
    for stack in cloud.orchestration.stacks():
        if stack.name not in before:
            cloud.delete_stack(stack.id, wait=True)
