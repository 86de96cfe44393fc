# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker-machine's store, read: what its OpenStack hosts were made with, in the words of its own flags, and their keys.

A machine is the folder `machines/NAME` with a `config.json`, as docker-machine 0.16 writes it; see its
drivers/openstack/openstack.go and libmachine/host/host.go.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._declared import DOCKER_PORT
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

DRIVER = "openstack"
FIELDS = {
    "ImageName": "--openstack-image-name",
    "ImageId": "--openstack-image-id",
    "FlavorName": "--openstack-flavor-name",
    "FlavorId": "--openstack-flavor-id",
    "NetworkName": "--openstack-net-name",
    "NetworkId": "--openstack-net-id",
    "FloatingIpPool": "--openstack-floatingip-pool",
    "AvailabilityZone": "--openstack-availability-zone",
}
"""The driver's fields that hold one value, and the flags they come from."""
NAMED = {"ImageId": "ImageName", "FlavorId": "FlavorName", "NetworkId": "NetworkName"}
"""IDs, which docker-machine looks up itself, and the names beside which they are not needed."""
ENGINE = {
    "ArbitraryFlags": "--engine-opt",
    "Env": "--engine-env",
    "InsecureRegistry": "--engine-insecure-registry",
    "Labels": "--engine-label",
    "RegistryMirror": "--engine-registry-mirror",
}
"""The lists of the engine's options, by field."""
USUAL_USER, USUAL_PORT = "root", 22
FILES = {"ca": "ca.pem", "cert": "cert.pem", "key": "key.pem"}


@dataclass(frozen=True)
class Machine:
    """One of docker-machine's hosts on OpenStack."""

    name: str
    folder: Path
    driver: Mapping[str, Any]
    options: Mapping[str, Any]

    @property
    def url(self) -> str:
        """Return the URL of its dockerd; empty when it has no address."""
        address = self.driver.get("IPAddress") or ""
        place = f"[{address}]" if ":" in address else address
        return f"tcp://{place}:{DOCKER_PORT}" if address else ""

    @property
    def files(self) -> dict[str, Path]:
        """Return its CA, and the client's certificate and key, as far as they are there."""
        return {kind: self.folder / name for kind, name in FILES.items() if (self.folder / name).is_file()}

    def words(self) -> list[str]:
        """Return the flags that make its like."""
        driver = self.driver
        words = [
            f"{flag}={driver[field]}"
            for field, flag in FIELDS.items()
            if driver.get(field) and not driver.get(NAMED.get(field, ""))
        ]
        words += [f"--openstack-sec-groups={group}" for group in driver.get("SecurityGroups") or ()]
        words += [f"--openstack-keypair-name={driver['KeyPairName']}"] if self.has_own_key_pair else []
        words += ["--openstack-config-drive"] if driver.get("ConfigDrive") else []
        if driver.get("SSHUser") not in (None, "", USUAL_USER):
            words.append(f"--openstack-ssh-user={driver['SSHUser']}")
        if driver.get("SSHPort") not in (None, 0, USUAL_PORT):
            words.append(f"--openstack-ssh-port={driver['SSHPort']}")
        return [*words, *self._engine_words()]

    @property
    def has_own_key_pair(self) -> bool:
        """Whether its key pair is the user's; docker-machine deletes the other with the machine."""
        return bool(self.driver.get("ExistingKey") and self.driver.get("KeyPairName"))

    def _engine_words(self) -> Iterator[str]:
        engine = self.options.get("EngineOptions") or {}
        for field, flag in ENGINE.items():
            yield from (f"{flag}={value}" for value in engine.get(field) or ())
        if engine.get("StorageDriver"):
            yield f"--engine-storage-driver={engine['StorageDriver']}"
        names = (self.options.get("AuthOptions") or {}).get("ServerCertSANs") or ()
        yield from (f"--tls-san={name}" for name in names)


def usual_store() -> Path:
    """Return where docker-machine keeps its machines."""
    return Path(os.environ.get("MACHINE_STORAGE_PATH") or Path.home() / ".docker/machine")


def read_store(store: Path) -> tuple[list[Machine], dict[str, str]]:
    """Return the machines on OpenStack by name, and of each other one the driver."""
    folder = store / "machines"
    if not folder.is_dir():
        raise HeatdockError(f"{store} is no store of docker-machine, it has no folder machines; name one by --store")
    machines, others = [], {}
    for path in sorted(folder.glob("*/config.json")):
        config = _config(path)
        name = path.parent.name
        if config.get("DriverName") == DRIVER:
            machines.append(Machine(name, path.parent, config["Driver"], config.get("HostOptions") or {}))
        else:
            others[name] = str(config.get("DriverName"))
    return machines, others


def _config(path: Path) -> dict[str, Any]:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HeatdockError(f"{path} cannot be read: {error}") from error
    if not isinstance(config, dict) or not isinstance(config.get("Driver"), dict):
        raise HeatdockError(f"{path} is no machine of docker-machine 0.16: it has no Driver")
    return config
