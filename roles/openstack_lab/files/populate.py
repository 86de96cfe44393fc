#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring the lab's identity or its resources about, from the wishes (JSON) on standard input; print what was made."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openstack

if TYPE_CHECKING:
    from collections.abc import Callable

INTERFACES = ("public", "internal", "admin")
made: list[str] = []


def ensure(what: str, found: Any, create: Callable[[], Any]) -> Any:
    """Return what was found, or create it and note that."""
    if found:
        return found
    made.append(what)
    return create()


def ensure_user(cloud: Any, name: str, password: str, domain: str = "default") -> Any:
    """Return the user of this name, made if need be."""
    found = next(cloud.identity.users(name=name, domain_id=domain), None)
    return ensure(
        f"user {name}", found, lambda: cloud.identity.create_user(name=name, password=password, domain_id=domain)
    )


def ensure_project(cloud: Any, name: str) -> Any:
    """Return the project of this name, made if need be."""
    found = next(cloud.identity.projects(name=name, domain_id="default"), None)
    return ensure(f"project {name}", found, lambda: cloud.identity.create_project(name=name, domain_id="default"))


def ensure_catalog(cloud: Any, wishes: dict[str, Any]) -> None:
    """Make the services and their endpoints."""
    services = {service.name: service for service in cloud.identity.services()}
    endpoints = {(point.service_id, point.interface) for point in cloud.identity.endpoints()}
    for api in wishes["apis"]:
        service = ensure(
            f"service {api['name']}",
            services.get(api["name"]),
            lambda api=api: cloud.identity.create_service(name=api["name"], type=api["type"]),
        )
        for interface in INTERFACES:
            if (service.id, interface) not in endpoints:
                cloud.identity.create_endpoint(
                    service_id=service.id,
                    interface=interface,
                    region_id=wishes["region"],
                    url=f"http://{wishes['address']}:{api['port']}{api['path']}",
                )


def ensure_application_credential(wishes: dict[str, Any]) -> None:
    """Make the user's application credential; unrestricted, since Heat makes trusts with it."""
    user = openstack.connect(cloud=wishes["cloud"])
    found = list(user.identity.application_credentials(user=user.current_user_id, name=wishes["name"]))
    ensure(
        f"application credential {wishes['name']}",
        found,
        lambda: user.identity.create_application_credential(
            user.current_user_id, wishes["name"], secret=wishes["secret"], unrestricted=True
        ),
    )


def identity(cloud: Any, wishes: dict[str, Any]) -> None:
    """Make users, roles, projects, the catalog and Heat's domain."""
    roles = {role.name: role for role in cloud.identity.roles()}
    for name in ("heat_stack_owner", "heat_stack_user"):
        roles[name] = ensure(f"role {name}", roles.get(name), lambda name=name: cloud.identity.create_role(name=name))
    ensure_catalog(cloud, wishes)
    service = ensure_project(cloud, "service")
    for name in wishes["service_users"]:
        user = ensure_user(cloud, name, wishes["service_password"])
        for role in ("admin", "service"):
            cloud.identity.assign_project_role_to_user(service, user, roles[role])
    found = next(cloud.identity.domains(name="heat"), None)
    domain = ensure("domain heat", found, lambda: cloud.identity.create_domain(name="heat"))
    keeper = ensure_user(cloud, "heat_domain_admin", wishes["heat_domain_password"], domain.id)
    cloud.identity.assign_domain_role_to_user(domain, keeper, roles["admin"])
    for name, password in wishes["users"].items():
        project, user = ensure_project(cloud, name), ensure_user(cloud, name, password)
        for role in ("member", "heat_stack_owner"):
            cloud.identity.assign_project_role_to_user(project, user, roles[role])
    ensure_application_credential(wishes["application_credential"])


def networks(admin: Any, user: Any, wishes: dict[str, Any]) -> None:
    """Make the external and the tenant network, and the router between them."""
    public = ensure(
        "network public",
        admin.network.find_network("public"),
        lambda: admin.network.create_network(
            name="public",
            is_router_external=True,
            provider_network_type="flat",
            provider_physical_network="physnet1",
        ),
    )
    ensure(
        "subnet public",
        admin.network.find_subnet("public"),
        lambda: admin.network.create_subnet(
            name="public", network_id=public.id, ip_version=4, is_dhcp_enabled=False, **wishes["external"]
        ),
    )
    private = ensure(
        "network private",
        user.network.find_network("private"),
        lambda: user.network.create_network(name="private"),
    )
    subnet = ensure(
        "subnet private",
        user.network.find_subnet("private"),
        lambda: user.network.create_subnet(name="private", network_id=private.id, ip_version=4, **wishes["tenant"]),
    )

    def create_router() -> Any:
        router = user.network.create_router(name="router", external_gateway_info={"network_id": public.id})
        return user.network.add_interface_to_router(router, subnet=subnet.id)

    ensure("router", user.network.find_router("router"), create_router)


def ensure_image(cloud: Any, image: dict[str, Any]) -> None:
    """Upload the image, or replace it where its digest differs."""
    found = list(cloud.image.images(name=image["name"]))
    current = [known for known in found if known.properties.get("heatdock_digest") == image["digest"]]
    if current:
        return
    for known in found:
        cloud.image.delete_image(known)
    made.append(f"image {image['name']}")
    cloud.create_image(
        image["name"],
        filename=image["path"],
        disk_format="qcow2",
        container_format="bare",
        visibility="public",
        wait=True,
        timeout=600,
        meta={"heatdock_digest": image["digest"]},
    )


def resources(admin: Any, wishes: dict[str, Any]) -> None:
    """Make flavors, networks, the key pair and the images."""
    user = openstack.connect(cloud=wishes["cloud"])
    for name, values in wishes["flavors"].items():
        ensure(
            f"flavor {name}",
            admin.compute.find_flavor(name),
            lambda name=name, values=values: admin.compute.create_flavor(name=name, **values),
        )
    networks(admin, user, wishes)
    public_key = Path(wishes["public_key"]).read_text(encoding="utf-8").strip()
    ensure(
        "key pair heatdock",
        user.compute.find_keypair("heatdock"),
        lambda: user.compute.create_keypair(name="heatdock", public_key=public_key),
    )
    for image in wishes["images"]:
        ensure_image(admin, image)


def main() -> int:
    """Do the part named on the command line."""
    wishes = json.load(sys.stdin)
    {"identity": identity, "resources": resources}[sys.argv[1]](openstack.connect(cloud=wishes["admin_cloud"]), wishes)
    print(json.dumps({"made": made}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
