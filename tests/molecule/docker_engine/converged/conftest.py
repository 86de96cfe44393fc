# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of the hosts."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.molecule.conftest import Client, Container


@pytest.fixture(scope="session")
def context(client: Client, container: Container) -> None:
    """Make a context by the line that the stack tells its user."""
    bundle = subprocess.run([container.command, "exec", "docker-context-bundle"], capture_output=True, check=True)
    command = ["docker", "context", "import", container.name, "-"]
    subprocess.run(command, input=bundle.stdout, env=client.environment, capture_output=True, check=True)
