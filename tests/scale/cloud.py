# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scale lab: real services whose servers boot nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openstack

ROOT = Path(__file__).parents[2]
SCALE_CLOUDS = ROOT / ".lab/scale/clouds.yaml"
CLOUD = "heatdock-lab"
ADMIN = "heatdock-lab-admin"
TEMPLATE = str(ROOT / "heat-templates/docker-host-full.yaml")
HOST = {
    "image": "debian-13-docker",
    "flavor": "docker.small",
    "key_name": "heatdock",
    "network": "private",
    "floating_network": "public",
    "management_cidrs": ["10.90.0.0/24"],
}
"""What a host is declared as, but for its name."""
ACCESS = {"cloud": CLOUD, "clouds_files": [str(SCALE_CLOUDS)]}
"""Module arguments that say which cloud."""


def connection(cloud: str, clouds: Path = SCALE_CLOUDS) -> Any:
    """Return a session with a cloud of a lab; the SDK's own types are unions over the APIs' versions."""
    settings = openstack.config.OpenStackConfig(config_files=[str(clouds)]).get_one(cloud)
    return openstack.connection.Connection(config=settings)
