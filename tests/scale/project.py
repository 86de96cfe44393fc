# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A project of its own for one controller, so that what is in it is what that controller made; seen by the admin."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import openstack
import yaml
from tests.faults.checks import HEATS_PROJECT, Existing, Thing
from tests.scale.cloud import ADMIN, SCALE_CLOUDS, connection

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ("fault-1", "fault-2")
"""Key pairs of the project's user; changing from one to the other replaces a server."""

INFRASTRUCTURE = ("network:",)
"""What a port's owner begins with when the port is the network's own."""

SETTLE_SECONDS = 180.0
LAG_SECONDS = 5.0


@dataclass
class Project:
    """A project with a user, two key pairs and a network; entered to make it, left to remove it and all in it."""

    name: str
    folder: Path
    lab: Path = SCALE_CLOUDS
    """The clouds.yaml of the lab that it is made in."""

    def __post_init__(self) -> None:
        """Take a session of the cloud's administrator."""
        self._admin = connection(ADMIN, self.lab)

    def __enter__(self) -> Self:
        """Make it, having removed what an interrupted run left."""
        self._clouds = self.folder / f"{self.name}.yaml"
        self._remove()
        try:
            self._make()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        """Remove it with all that is left in it."""
        self._remove()

    @property
    def clouds(self) -> Path:
        """The clouds.yaml of its user, under its name."""
        return self._clouds

    @property
    def entry(self) -> dict[str, Any]:
        """Return its user's cloud as that clouds.yaml has it."""
        return dict(yaml.safe_load(self._clouds.read_text(encoding="utf-8"))["clouds"][self.name])

    @property
    def access(self) -> dict[str, Any]:
        """Return the module arguments that say which cloud."""
        return {"cloud": self.name, "clouds_files": [str(self._clouds)]}

    def _make(self) -> None:
        identity, password = self._admin.identity, secrets.token_urlsafe()
        project = identity.create_project(name=self.name, domain_id="default")
        user = identity.create_user(name=self.name, domain_id="default", password=password)
        roles = {role.name: role for role in identity.roles()}
        for role in ("member", "heat_stack_owner"):
            identity.assign_project_role_to_user(project, user, roles[role])
        self._admit_administrator(project)
        self._write_clouds(password)
        mine = self.session()
        for key in KEYS:
            mine.compute.create_keypair(name=key)
        network = mine.network.create_network(name="private")
        subnet = mine.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.0.0.0/24", name="private")
        public = mine.network.find_network("public")
        router = mine.network.create_router(name="router", external_gateway_info={"network_id": public.id})
        mine.network.add_interface_to_router(router, subnet=subnet.id)

    def _admit_administrator(self, project: Any) -> None:
        """Give the administrator a role in the project, and take a session of theirs in it."""
        role = self._admin.identity.find_role("admin")
        administrator = self._admin.identity.find_user("admin", domain_id="default")
        self._admin.identity.assign_project_role_to_user(project, administrator, role)
        self._write_clouds("")
        self._id = project.id
        self._inside = self.session(f"{self.name}-admin")

    def session(self, cloud: str = "") -> Any:
        """Return a session of the user's, or by another of the entries made for the project."""
        config = openstack.config.OpenStackConfig(config_files=[str(self._clouds)])
        return openstack.connection.Connection(config=config.get_one(cloud or self.name))

    def _remove(self) -> None:
        """Remove the project, its user and all that is in it."""
        identity, neutron = self._admin.identity, self._admin.network
        if user := identity.find_user(self.name, domain_id="default"):
            for key in KEYS:
                self._admin.compute.delete_keypair(key, user_id=user.id)
            identity.delete_user(user)
        project = identity.find_project(self.name, domain_id="default")
        if project is None:
            return
        self._admit_administrator(project)
        self._clear()
        for router in neutron.routers(project_id=project.id):
            for port in neutron.ports(device_id=router.id, device_owner="network:router_interface"):
                neutron.remove_interface_from_router(router, port_id=port.id)
            neutron.delete_router(router)
        for network in neutron.networks(project_id=project.id):
            neutron.delete_network(network)
        identity.delete_project(project)

    def _clear(self) -> None:
        """Delete the stacks, and then what is there besides."""
        for row in self._stacks():
            self._inside.orchestration.delete(f"/stacks/{row['stack_name']}/{row['id']}")
        for thing in self.settled().things:
            self._delete(thing)

    def _delete(self, thing: Thing) -> None:
        removers = {
            "server": self._admin.compute.delete_server,
            "port": self._admin.network.delete_port,
            "floating IP": self._admin.network.delete_ip,
            "security group": self._admin.network.delete_security_group,
            "volume": self._inside.block_storage.delete_volume,
            HEATS_PROJECT: self._admin.identity.delete_project,
        }
        removers[thing.kind](thing.id)

    def _write_clouds(self, password: str) -> None:
        entries = yaml.safe_load(self.lab.read_text(encoding="utf-8"))["clouds"]
        admin = entries[ADMIN]
        user = {**admin, "auth": {**admin["auth"], "username": self.name, "password": password}}
        clouds = {self.name: user, f"{self.name}-admin": admin}
        for entry in clouds.values():
            entry["auth"] = {**entry["auth"], "project_name": self.name}
        self._clouds.touch(mode=0o600)
        self._clouds.write_text(yaml.safe_dump({"clouds": clouds}), encoding="utf-8")

    def settled(self) -> Existing:
        """Return what exists once Heat is at work on nothing, with a moment for the services to follow."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while any(row["stack_status"].endswith("_IN_PROGRESS") for row in self._stacks()):
            if time.monotonic() > deadline:
                break
            time.sleep(1)
        lag_ends = time.monotonic() + LAG_SECONDS
        while True:
            existing = self.existing()
            if not existing.leftovers() or time.monotonic() > lag_ends:
                return existing
            time.sleep(1)

    def existing(self) -> Existing:
        """List all that is in the project, as its administrator sees it."""
        rows = self._stacks()
        return Existing(rows, {row["stack_name"]: self._resources(row) for row in rows}, self._things())

    def _stacks(self) -> list[dict[str, Any]]:
        answer = self._inside.orchestration.get("/stacks")
        answer.raise_for_status()
        # to an administrator Heat lists the stacks of all projects, and for a moment those that are gone
        rows = answer.json()["stacks"]
        return [row for row in rows if row["project"] == self._id and row["stack_status"] != "DELETE_COMPLETE"]

    def _resources(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self._inside.orchestration.get(f"/stacks/{row['stack_name']}/{row['id']}/resources?nested_depth=5")
        return list(answer.json()["resources"]) if answer.ok else []

    def _things(self) -> list[Thing]:
        mine = {"project_id": self._id}
        neutron = self._admin.network
        servers = self._admin.compute.servers(all_projects=True, **mine)
        ports = [port for port in neutron.ports(**mine) if not port.device_owner.startswith(INFRASTRUCTURE)]
        groups = [group for group in neutron.security_groups(**mine) if group.name != "default"]
        found = {
            "server": servers,
            "port": ports,
            "floating IP": neutron.ips(**mine),
            "security group": groups,
            "volume": self._inside.block_storage.volumes(),
            HEATS_PROJECT: self._heats_projects(),
        }
        return [
            Thing(kind, item.id, item.name or "", item.to_dict()) for kind, items in found.items() for item in items
        ]

    def _heats_projects(self) -> list[Any]:
        """List the projects that Heat makes for the users of stacks, named after the stack."""
        domain = self._admin.identity.find_domain("heat")
        return [item for item in self._admin.identity.projects(domain_id=domain.id) if item.name.startswith(self._id)]
