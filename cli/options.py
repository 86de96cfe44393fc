# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of create: one for each parameter of a host, also by the names of 2014 and of docker-machine.

heat-templates/src/flags.yaml says which parameters docker-machine's flags stand for; a test holds this to it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import quoted
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import HOST_OPTIONS, VARIABLE_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ALSO = {
    "image": ("--openstack-image-id", "--openstack-image-name"),
    "flavor": ("--openstack-flavor", "--openstack-flavor-id", "--openstack-flavor-name"),
    "key_name": ("--openstack-keypair", "--openstack-keypair-name"),
    "network": ("--openstack-net-id", "--openstack-net-name"),
    "floating_network": ("--openstack-floating-net", "--openstack-floatingip-pool"),
    "ip_version": ("--openstack-ip-version",),
    "security_groups": ("--openstack-secgroup-id", "--openstack-sec-groups"),
    "nameservers": ("--openstack-nameserver",),
    "availability_zone": ("--openstack-availability-zone",),
    "server_group": ("--openstack-server-group-id", "--openstack-server-group-name"),
    "metadata": ("--openstack-metadata",),
    "config_drive": ("--openstack-config-drive",),
    "boot_volume": ("--openstack-volume-id",),
    "boot_volume_name": ("--openstack-volume-name",),
    "boot_volume_size": ("--openstack-volume-size",),
    "boot_volume_type": ("--openstack-volume-type",),
    "boot_volume_device": ("--openstack-volume-device-path",),
    "ssh_user": ("--openstack-ssh-user",),
    "ssh_port": ("--openstack-ssh-port",),
    "cloud_config": ("--openstack-user-data-file",),
    "ready_timeout": ("--openstack-active-timeout",),
    "storage_driver": ("--engine-storage-driver",),
    "registry_mirrors": ("--engine-registry-mirror",),
    "insecure_registries": ("--engine-insecure-registry",),
    "engine_labels": ("--engine-label",),
    "engine_options": ("--engine-opt",),
    "engine_environment": ("--engine-env",),
}
"""Other names of a parameter's option."""

CLOUD = {
    "auth_url": ("--openstack-auth-endpoint", "--openstack-auth-url"),
    "username": ("--openstack-username",),
    "user_id": ("--openstack-user-id",),
    "password": ("--openstack-password",),
    "project_name": ("--openstack-tenant-name",),
    "project_id": ("--openstack-tenant-id",),
    "user_domain_name": ("--openstack-domain-name", "--openstack-user-domain-name"),
    "user_domain_id": ("--openstack-domain-id", "--openstack-user-domain-id"),
    "project_domain_name": ("--openstack-tenant-domain-name",),
    "project_domain_id": ("--openstack-tenant-domain-id",),
    "application_credential_id": ("--openstack-application-credential-id",),
    "application_credential_name": ("--openstack-application-credential-name",),
    "application_credential_secret": ("--openstack-application-credential-secret",),
    "region_name": ("--openstack-region-name", "--openstack-region"),
    "interface": ("--openstack-endpoint-type",),
    "cacert": ("--openstack-cacert",),
    "insecure": ("--openstack-insecure",),
}
"""The options that say which cloud, by what they are in clouds.yaml."""

REFUSED = {
    "--engine-install-url": "an engine comes from package repositories: choose --engine-source, --engine-repository",
    "--openstack-nova-network": "nova-network left Nova in 2018; name a network by --network",
    "--swarm": "what this flag made ended with Docker 1.12; use docker swarm on the hosts",
}
"""docker-machine's flags of which nothing is left, and what to do."""

LISTS = {name: f"{name}s" for name in ("dns-opt", "exec-opt", "storage-opt", "authorization-plugin", "label")}
LISTS |= {"dns": "dns", "dns-search": "dns-search"}
"""dockerd's flags that are lists in daemon.json, and their names there."""

MAPS = ("dict", "json")
"""Types of parameters that are maps."""
PROXIES = ("http_proxy", "https_proxy", "no_proxy")
IDENTITY, SANS = "ansible_ssh_private_key_file", "docker_engine_pki_sans"
"""Variables of the inventory that are no parameters."""


@dataclass
class Given:
    """What a command line says of a host, and of its cloud."""

    parameters: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    cloud: dict[str, Any] = field(default_factory=dict)

    def declared(self) -> dict[str, Any]:
        """Return the host's variables in an inventory."""
        return {f"{VARIABLE_PREFIX}{name}": value for name, value in self.parameters.items()} | self.variables


class OneName(click.Option):
    """An option of several names of which help shows the first, and completion the rest only where it is begun."""

    def __init__(self, *names: Any, **more: Any) -> None:
        """Take the names; those before the last word of `names` are click's own."""
        super().__init__(*names, **more)
        self.also = tuple(self.opts[1:])

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Show the first name, and what the collection's documentation says of it."""
        if not self.help and self.name in HOST_OPTIONS:
            self.help = _documented().get(self.name, "")
        shown, self.opts = self.opts, [name for name in self.opts if name not in self.also]
        try:
            return super().get_help_record(ctx)
        finally:
            self.opts = shown


def options() -> list[click.Option]:
    """Return the options of create that say something of a host or its cloud."""
    own = [_parameter(name, spec) for name, spec in HOST_OPTIONS.items() if name != "name"]
    clouds = [_cloud(name, names) for name, names in CLOUD.items()]
    files = [
        click.Option(
            ["--private-key-file", "--openstack-private-key-file", IDENTITY],
            type=click.Path(exists=True, dir_okay=False),
            help="Private key of the key pair; an SSH agent's otherwise.",
        ),
        click.Option(
            ["--tls-san", SANS], multiple=True, metavar="NAME", help="Name or address more in its certificate."
        ),
    ]
    refused = [_refused(name, why) for name, why in REFUSED.items()]
    return [*own, *files, *clouds, *refused]


def given(values: Mapping[str, Any]) -> Given:
    """Sort the values of the options, those without a value left out."""
    said = {name: value for name, value in values.items() if value not in (None, ())}
    result = Given(cloud={name: said[f"cloud_{name}"] for name in CLOUD if f"cloud_{name}" in said})
    for name, spec in HOST_OPTIONS.items():
        if name in said and name != "name":
            result.parameters[name] = _converted(name, spec, said[name])
    result.parameters |= _networks(result.parameters)
    _part_proxies(result.parameters)
    if IDENTITY in said:
        result.variables[IDENTITY] = str(Path(said[IDENTITY]).absolute())
    if SANS in said:
        result.variables[SANS] = list(said[SANS])
    return result


def _parameter(name: str, spec: Mapping[str, Any]) -> click.Option:
    """Return the option of a parameter."""
    names = [f"--{name.replace('_', '-')}", *ALSO.get(name, ()), name]
    kind = spec["type"]
    if kind == "bool":
        first, *others = names
        return OneName([f"{first}/--no-{first[2:]}", *others], default=None)
    if name == "cloud_config":
        return OneName(names, type=click.Path(exists=True, dir_okay=False))
    if kind in ("list", *MAPS):
        return OneName(names, multiple=True, metavar="NAME=VALUE" if kind in MAPS else "VALUE,…")
    return OneName(names, type=int if kind == "int" else str, metavar="NUMBER" if kind == "int" else "VALUE")


def _cloud(name: str, names: Sequence[str]) -> click.Option:
    if name == "insecure":
        return OneName([*names, f"cloud_{name}"], is_flag=True, default=None, help="Believe any certificate.")
    text = f"{name} of the cloud, as in clouds.yaml"
    more = "; asked for when it is missing, or OS_PASSWORD." if name == "password" else "."
    return OneName([*names, f"cloud_{name}"], metavar="VALUE", help=text + more)


def _refused(name: str, why: str) -> click.Option:
    def refuse(context: click.Context, option: click.Parameter, value: Any) -> None:
        if value:
            raise click.BadParameter(why, context, option)

    return click.Option(
        [name], is_flag=name != "--engine-install-url", hidden=True, expose_value=False, callback=refuse
    )


def _documented() -> dict[str, str]:
    """Return what the collection's documentation says of each parameter."""
    import yaml
    from ansible_collections.heatdock.hosts.plugins.doc_fragments.docker_hosts import ModuleDocFragment

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documented = yaml.load(ModuleDocFragment.DOCUMENTATION, Loader=loader)  # noqa: S506 - a safe one
    parameters = documented["options"]["hosts"]["suboptions"]
    return {name: _DEFAULT.sub(r" By default \1.", " ".join(item["description"])) for name, item in parameters.items()}


_DEFAULT = re.compile(r" The template's default is V\((.*?)\)\.")


def _converted(name: str, spec: Mapping[str, Any], value: Any) -> Any:
    """Return an option's value as the parameter wants it."""
    if name == "cloud_config":
        return Path(value).read_text(encoding="utf-8")
    if name == "address_pools":
        return [_object(name, item) for item in value]
    if spec["type"] == "list":
        return [item for text in value for item in text.split(",") if item]
    if name == "engine_options":
        return _engine_options(value)
    if spec["type"] in MAPS:
        return _texts(name, value)
    return value


def _texts(name: str, values: Iterable[str]) -> dict[str, str]:
    """Return a map of texts; docker-machine's metadata is key,value,key,value."""
    result: dict[str, str] = {}
    for text in values:
        if "=" in text:
            key, _equals, value = text.partition("=")
            result[key] = value
            continue
        words = text.split(",")
        if name != "metadata" or len(words) % 2:
            raise click.UsageError(f"--{name.replace('_', '-')}: {quoted(text)} has no value; write NAME=VALUE")
        result |= dict(zip(words[::2], words[1::2], strict=True))
    return result


def _engine_options(values: Iterable[str]) -> dict[str, Any]:
    """Return options of dockerd as in daemon.json; what is repeated there, or is a list, is one."""
    result: dict[str, Any] = {}
    for text in values:
        flag, equals, value = text.partition("=")
        name = LISTS.get(flag, flag)
        item = _typed(value) if equals else True
        if flag in LISTS or name in result:
            before = result.get(name, [])
            result[name] = [*(before if isinstance(before, list) else [before]), item]
        else:
            result[name] = item
    return result


def _typed(text: str) -> Any:
    """Return a number, a truth or a JSON value as such, anything else as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _object(name: str, text: str) -> dict[str, Any]:
    value = _typed(text)
    if not isinstance(value, dict):
        raise click.UsageError(f"--{name.replace('_', '-')}: {quoted(text)} is no JSON object")
    return value


def _networks(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Take the first of several networks, as docker-machine has them in one option, for the host's own."""
    first, *others = str(parameters.get("network", "")).split(",")
    return {"network": first, "extra_networks": [*others, *parameters.get("extra_networks", ())]} if others else {}


def _part_proxies(parameters: dict[str, Any]) -> None:
    """Take the proxies, which docker-machine has in the engine's environment, for what they are."""
    environment = parameters.get("engine_environment", {})
    for name in list(environment):
        if name.lower() in PROXIES:
            parameters[name.lower()] = environment.pop(name)
    if not environment:
        parameters.pop("engine_environment", None)
