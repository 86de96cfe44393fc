# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A container of the engine's that must outlive whatever is done to the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testinfra.host import Host

WITNESS = "docker inspect --format '{{.State.Running}} {{.State.Pid}} {{.State.StartedAt}}' witness"
IMAGE = "tar -C / -c bin/busybox | docker import - witness"


@pytest.fixture(scope="module")
def witness(host: Host) -> Iterator[None]:
    """Run a container from an image that needs no registry."""
    host.check_output(IMAGE)
    host.check_output("docker run --detach --name witness witness /bin/busybox sleep 1d")
    yield
    host.check_output("docker rm --force witness")


@pytest.fixture
def runs_on(host: Host, witness: None) -> Iterator[None]:  # noqa: ARG001
    """Hold a change to this: the container runs on through it, the same process since the same time."""
    before = host.check_output(WITNESS)
    assert before.startswith("true")
    yield
    assert host.check_output(WITNESS) == before
    assert host.file(f"/proc/{before.split()[1]}").is_directory
