# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The line of 2014, as it was written, with the lab's own IDs and with names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fleet import DECLARED

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST, SECOND = "openstack-dockerhost-1", "openstack-dockerhost-2"
IMAGE, FLAVOR = str(DECLARED["docker_host_image"]), str(DECLARED["docker_host_flavor"])
GROUP = "web"
"""A security group of the user's own."""
SANS = ("docker.example", "10.42.42.42")
ENGINE = (
    "--engine-label=spam=eggs",
    "--engine-storage-driver=overlay2",
    "--engine-insecure-registry=registry.example:5000",
    "--engine-env=TEST=VALUE",
    "--engine-opt=log-driver=none",
    *(f"--tls-san={name}" for name in SANS),
)


@dataclass(frozen=True)
class Way:
    """What the line of 2014 names, here by name or by ID."""

    image: str
    flavor: str
    network: str
    floating_network: str
    security_group: str
    project: tuple[str, str]
    """How the project is named, `id` or `name`, and its ID or name."""
    nameserver: str
    auth: Mapping[str, Any]

    @property
    def line(self) -> list[str]:
        """Return the options as they were written, the password aside."""
        return [
            *("-d", "openstack"),
            f"--openstack-image-id={self.image}",
            f"--openstack-auth-endpoint={self.auth['auth_url'].removesuffix('/v3')}/v2.0",
            f"--openstack-floating-net={self.floating_network}",
            f"--openstack-username={self.auth['username']}",
            f"--openstack-tenant-{self.project[0]}={self.project[1]}",
            f"--openstack-keypair={DECLARED['docker_host_key_name']}",
            "--openstack-region-name=RegionOne",
            f"--openstack-net-id={self.network}",
            f"--openstack-flavor={self.flavor}",
            f"--openstack-nameserver={self.nameserver}",
            f"--openstack-secgroup-id={self.security_group}",
        ]


@dataclass
class Ways:
    """The same by IDs and by names."""

    by_ids: Way
    by_names: Way
