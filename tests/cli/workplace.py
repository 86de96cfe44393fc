# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A project of its own on the lab, with what a host needs around it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from fleet import CLOUDS, DECLARED, LAB
from tests.scale.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def workplace(name: str, folder: Path) -> Iterator[Project]:
    """Make a project in which nobody else works, with the lab's key pair and nameservers."""
    assert CLOUDS.exists(), "the lab is not running; start it with make lab"
    with Project(name, folder, CLOUDS) as project:
        mine, key = project.session(), DECLARED["docker_host_key_name"]
        nameservers = mine.network.find_subnet("private").dns_nameservers or lab_nameservers(project)
        mine.network.update_subnet(mine.network.find_subnet("private"), dns_nameservers=nameservers)
        public_key = (LAB / "ssh/id_ed25519.pub").read_text(encoding="utf-8").strip()
        mine.compute.create_keypair(name=key, public_key=public_key)
        yield project
        mine.compute.delete_keypair(key)


def lab_nameservers(project: Project) -> list[str]:
    """Return the nameservers of the lab's own private network."""
    for subnet in project.session(f"{project.name}-admin").network.subnets():
        if subnet.dns_nameservers:
            return list(subnet.dns_nameservers)
    return []
