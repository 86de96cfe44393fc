# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests on the scale lab share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.scale.cloud import ADMIN, CLOUD, SCALE_CLOUDS, connection
from tests.scale.guests import Guests

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def admin() -> Any:
    """Return a session of the lab's administrator."""
    assert SCALE_CLOUDS.exists(), "the scale lab is not running; start it with make lab-scale"
    return connection(ADMIN)


@pytest.fixture(scope="session")
def cloud() -> Any:
    """Return a session of the lab's user."""
    return connection(CLOUD)


@pytest.fixture(scope="session", autouse=True)
def guests(admin: Any) -> Iterator[Guests]:
    """Have the servers report to Heat."""
    with Guests(admin) as running:
        yield running
