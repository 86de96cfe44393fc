# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud that create is told by its options, as in 2014: kept as a clouds.yaml of the fleet, for its user alone."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click
import yaml
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._replaced_file import replace_file

from cli.fleet import OWN_CLOUD, the_fleet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cli.cloud import Cloud
    from cli.fleet import Fleet

OF_SESSION = ("region_name", "interface", "cacert")
"""What stands beside the credentials in clouds.yaml."""
DOMAINS = {"user": ("username",), "project": ("project_name",)}
"""Whose names need a domain."""
SECRETS = ("password", "application_credential_secret")
CLOUDS_FILE = "OS_CLIENT_CONFIG_FILE"


def cloud_of(given: Mapping[str, Any]) -> Cloud:
    """Return the cloud that options mean: the fleet's where they say nothing or the same, else one that is kept."""
    from cli.cloud import Cloud

    fleet = the_fleet()
    if not given:
        return Cloud(fleet)
    entry = clouds_entry(_with_secret(given))
    draft = fleet.own_clouds.with_name("clouds.new.yaml")
    try:
        _write(draft, entry)
        project = _project_of(fleet, draft)
        if (usual := _usual(fleet)) and (_unversioned(entry["auth"]["auth_url"]), project) == _place(usual):
            return usual
        draft.replace(fleet.own_clouds)
    finally:
        draft.unlink(missing_ok=True)
    os.environ.pop("OS_CLOUD", None)
    click.echo(f"The cloud of these options is kept in {fleet.own_clouds} and is this fleet's from now on.", err=True)
    return Cloud(the_fleet())


def _project_of(fleet: Fleet, draft: Path) -> str:
    """Return the project of a cloud in a file of its own, which the variable for another file would hide."""
    from cli.cloud import Cloud

    hidden = os.environ.pop(CLOUDS_FILE, None)
    try:
        return Cloud(fleet, str(draft)).client.project_id()
    finally:
        if hidden is not None:
            os.environ[CLOUDS_FILE] = hidden


def clouds_entry(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cloud as clouds.yaml has it."""
    if "auth_url" not in given:
        raise click.UsageError("the cloud's address is missing; give --openstack-auth-url, or leave its options out")
    auth = {name: value for name, value in given.items() if name not in (*OF_SESSION, "insecure")}
    auth["auth_url"] = _of_today(auth["auth_url"])
    for whose, names in DOMAINS.items():
        if any(name in auth for name in names) and not {f"{whose}_domain_id", f"{whose}_domain_name"} & set(auth):
            other = {kind: auth[f"user_domain_{kind}"] for kind in ("id", "name") if f"user_domain_{kind}" in auth}
            auth |= {f"{whose}_domain_{kind}": value for kind, value in (other or {"id": "default"}).items()}
    entry: dict[str, Any] = {"auth": auth, **{name: given[name] for name in OF_SESSION if name in given}}
    if "interface" in entry:
        entry["interface"] = entry["interface"].removesuffix("URL")
    if any(name.startswith("application_credential") for name in auth):
        entry["auth_type"] = "v3applicationcredential"
    if given.get("insecure"):
        entry["verify"] = False
    return entry


def _of_today(url: str) -> str:
    """Return the address under which Keystone says its versions; the one that 2014's ended in is gone since 2018."""
    return url.rstrip("/").removesuffix("/v2.0")


def _unversioned(url: str) -> str:
    return _of_today(url).removesuffix("/v3")


def _with_secret(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options with the password: as given, from the environment, or asked for."""
    if any(name in given for name in SECRETS):
        return dict(given)
    password = os.environ.get("OS_PASSWORD")
    if not password:
        if not sys.stdin.isatty():
            raise click.UsageError("the password is missing; set OS_PASSWORD")
        password = click.prompt("Password", hide_input=True)
    return {**given, "password": password}


def _usual(fleet: Fleet) -> Cloud | None:
    """Return the fleet's cloud; None where it has none that works."""
    from cli.cloud import Cloud

    try:
        cloud = Cloud(fleet)
        cloud.client.project_id()
    except HeatdockError:
        return None
    return cloud


def _place(cloud: Cloud) -> tuple[str, str]:
    """Return the address and the project of a cloud."""
    return _unversioned(cloud.client.auth_url()), cloud.client.project_id()


def _write(path: Any, entry: Mapping[str, Any]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(path, yaml.safe_dump({"clouds": {OWN_CLOUD: dict(entry)}}).encode())
