# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store as docker-machine 0.16 writes it, for hosts that it never made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

OPENSTACK = {
    "IPAddress": "192.0.2.7",
    "SSHUser": "debian",
    "SSHPort": 22,
    "SSHKeyPath": "id_rsa",
    "AuthUrl": "http://192.0.2.1:5000/v3",
    "Username": "demo",
    "Password": "secret",
    "MachineId": "8d5b0b0e-1c55-4b63-8a0b-0d6a1c8c1b11",
    "FlavorName": "docker.small",
    "FlavorId": "5ad1e6f5-f3a2-4b8a-9a5b-0a7c9d1d2c33",
    "ImageName": "",
    "ImageId": "0a8f6a86-8f0a-4d5d-9c5b-4a1a0f6f8a44",
    "KeyPairName": "heatdock",
    "ExistingKey": True,
    "NetworkName": "private",
    "NetworkId": "2c8c3c1e-3b0b-4a43-8c5d-1f0d1f3b9a55",
    "SecurityGroups": ["default", "web"],
    "FloatingIpPool": "public",
    "AvailabilityZone": "",
    "IpVersion": 4,
    "ConfigDrive": False,
}
ENGINE = {
    "ArbitraryFlags": ["log-driver=journald"],
    "Env": ["TEST=VALUE"],
    "InsecureRegistry": ["registry.example:5000"],
    "Labels": ["spam=eggs"],
    "StorageDriver": "overlay2",
    "RegistryMirror": None,
    "TlsVerify": True,
    "InstallURL": "https://get.docker.com",
}


def write_machine(store: Path, name: str, driver: str = "openstack", **changes: Any) -> Path:
    """Add a machine to a store and return its folder."""
    folder = store / "machines" / name
    folder.mkdir(parents=True)
    options = {"EngineOptions": ENGINE, "AuthOptions": {"ServerCertSANs": ["docker.example"]}}
    config = {
        "ConfigVersion": 3,
        "Driver": {**OPENSTACK, "MachineName": name, **changes},
        "DriverName": driver,
        "HostOptions": options,
        "Name": name,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder
