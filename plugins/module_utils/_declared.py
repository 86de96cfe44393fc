# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with declared hosts, as far as that can be told without a cloud.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, quoted
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import HOST_OPTIONS, MAPS_OF_TEXTS
from ansible_collections.heatdock.hosts.plugins.module_utils._parameters import parameter_problems
from ansible_collections.heatdock.hosts.plugins.module_utils._template import effective_parameters

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

Values = Mapping[str, Any]

HOST_NAME = re.compile(r"[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])+(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*")
LONGEST_HOST_NAME = 63
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
REGISTRY = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]+)?|\[[0-9A-Fa-f:]+\](?::[0-9]+)?")
DOCKER_PORT = 2376

NEEDS = {
    "boot_volume_type": ("boot_volume_size",),
    "boot_volume_name": ("boot_volume_size",),
    "boot_volume_device": ("boot_volume_size", "boot_volume"),
    "no_proxy": ("http_proxy", "https_proxy"),
}
"""What each says something about, without which it would do nothing."""

DOCKERS_OWN = ("engine_repository", "engine_repository_key", "engine_repository_fingerprint")
"""What is said of Docker's own repository."""

MAPS = [name for name, option in HOST_OPTIONS.items() if option["type"] in ("dict", "json")]
CERTIFICATES = ("tlscacert", "tlscert", "tlskey")


def host_problems(source: Source) -> list[str]:
    """Say what is wrong with one host's declaration."""
    problems = [*name_problems(source.stack_name), *parameter_problems(source)]
    try:
        values = {name: value for name, value in effective_parameters(source).items() if value is not None}
    except HeatdockError:  # said above
        return problems
    for find in _CHECKS:
        problems += find(values)
    return problems


def duplicate_problems(names: Iterable[str]) -> list[str]:
    """Say which names are declared more than once."""
    seen = list(names)
    twice = sorted({name for name in seen if seen.count(name) > 1}) if len(set(seen)) < len(seen) else []
    return [f"host {name}: is declared {seen.count(name)} times; declare it once" for name in twice]


def raise_all(problems: Mapping[str, Sequence[str]], others: Sequence[str] = ()) -> None:
    """Raise one error that tells every problem of every host, if there is any."""
    sentences = [*others, *(f"host {name}: {item}" for name, items in problems.items() for item in items)]
    if sentences:
        raise HeatdockError("; ".join(sentences))


def name_problems(name: str) -> list[str]:
    """Say what is wrong with a host's name."""
    if len(name) <= LONGEST_HOST_NAME and HOST_NAME.fullmatch(name):
        return []
    allowed = f"2 to {LONGEST_HOST_NAME} letters, digits and hyphens, a letter first"
    return [f"the name {quoted(name)} is not a host name; use {allowed}"]


def _item_problems(values: Values) -> Iterator[str]:
    """Look at each value, and each item of a list, for itself."""
    for name, find in ITEMS.items():
        given = values.get(name) or []
        for item in given if isinstance(given, list) else [given]:
            if item and (reason := find(str(item))):
                yield f"{name} {quoted(item)} {reason}"


def _cidr_problem(text: str) -> str | None:
    with contextlib.suppress(ValueError):
        ipaddress.ip_network(text)
        return None
    with contextlib.suppress(ValueError):
        return f"has host bits set; its network is {quoted(ipaddress.ip_interface(text).network)}"
    return "is not a network; write it as in 203.0.113.0/24"


def _address_problem(text: str) -> str | None:
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(text)
        return None
    return "is not an address; write it as in 203.0.113.5"


def _url_problem(text: str) -> str | None:
    with contextlib.suppress(ValueError):
        parts = urlsplit(text)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return None
    return "is not a URL; write it as in http://proxy.example:3128"


def _mirror_problem(text: str) -> str | None:
    """Refuse what dockerd refuses: more than a place."""
    if _url_problem(text):
        return "is not a URL; write it as in https://mirror.example"
    parts = urlsplit(text)
    if parts.username or parts.query or parts.fragment:
        return "has a user, a query or a fragment, which dockerd refuses; leave it out"
    return None


def _registry_problem(text: str) -> str | None:
    if "/" not in text:
        return None if REGISTRY.fullmatch(text) else "is not a registry; write it as in registry.example:5000"
    return _cidr_problem(text)


def _label_problem(text: str) -> str | None:
    key, equals, value = text.partition("=")
    return None if key.strip() and equals and value else "is not a label; write it as in rack=7"


ITEMS: Mapping[str, Callable[[str], str | None]] = {
    "management_cidrs": _cidr_problem,
    "fixed_addresses": _address_problem,
    "nameservers": _address_problem,
    "http_proxy": _url_problem,
    "https_proxy": _url_problem,
    "engine_repository": _url_problem,
    "engine_repository_key": _url_problem,
    "registry_mirrors": _mirror_problem,
    "insecure_registries": _registry_problem,
    "engine_labels": _label_problem,
}


def _combination_problems(values: Values) -> Iterator[str]:
    """Find what does nothing without something else, and what excludes each other."""
    for name, needed in NEEDS.items():
        if values.get(name) and not any(values.get(item) for item in needed):
            missing = " or ".join(needed)
            yield f"{name} {quoted(values[name])} does nothing without {missing}; set that, or leave {name} out"
    if values.get("boot_volume") and values.get("boot_volume_size"):
        yield "boot_volume and boot_volume_size are both set; boot from the one volume or make the other"
    if values.get("boot_volume_delete") is False and not values.get("boot_volume_size"):
        yield "boot_volume_delete is false and no volume is made; set boot_volume_size, or leave it out"
    if values.get("ssh_port") == DOCKER_PORT:
        yield f"ssh_port {quoted(DOCKER_PORT)} is dockerd's own; choose another one"


def _source_problems(values: Values) -> Iterator[str]:
    """Find what is said of Docker's repository where it is not used."""
    for name in DOCKERS_OWN:
        if values.get(name) and values.get("engine_source") != "docker":
            yield f"{name} does nothing with engine_source distribution; set engine_source to docker, or leave it out"


def _address_problems(values: Values) -> Iterator[str]:
    """Find addresses that cannot be the host's."""
    given = values.get("fixed_addresses") or []
    networks = 1 + len([name for name in values.get("extra_networks") or [] if name])
    if len(given) > networks:
        yield f"fixed_addresses has {len(given)} items and the host {networks} networks; give one for each at most"
    versions = [address.version for address in map(_parsed, given[:1]) if address]
    if versions and not values.get("floating_network") and versions[0] != values.get("ip_version"):
        yield (
            f"ip_version {quoted(values.get('ip_version'))} is not that of fixed_addresses {quoted(given[0])}, "
            "the only address there; correct one of them"
        )


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(text)
    return None


def _pool_problems(values: Values) -> Iterator[str]:
    """Find address pools that dockerd could cut no networks from."""
    networks = []
    for number, pool in enumerate(values.get("address_pools") or []):
        where = f"address_pools[{number}]"
        if not isinstance(pool, dict) or set(pool) != {"base", "size"}:
            yield f"{where} is not a map of base and size; write it as in {{base: 10.200.0.0/16, size: 24}}"
        elif reason := _cidr_problem(str(pool["base"])):
            yield f"{where}.base {quoted(pool['base'])} {reason}"
        else:
            network = ipaddress.ip_network(str(pool["base"]))
            networks.append(network)
            if not network.prefixlen <= int(pool["size"]) <= network.max_prefixlen:
                yield (
                    f"{where}.size {quoted(pool['size'])} fits no network of {quoted(network)}; "
                    f"give {network.prefixlen} to {network.max_prefixlen}"
                )
    for one, other in itertools.combinations(networks, 2):
        if one.version == other.version and one.overlaps(other):
            yield f"address_pools {quoted(one)} and {quoted(other)} overlap; part them"


def _map_problems(values: Values) -> Iterator[str]:
    """Find what is JSON but no map, and variables that no environment can have."""
    for name in MAPS:
        if not isinstance(values.get(name, {}), dict):
            yield f"{name} is not a map; write it as in {{key: value}}"
    environment = values.get("engine_environment")
    for name in environment if isinstance(environment, dict) else ():
        if not VARIABLE.fullmatch(str(name)):
            yield f"engine_environment {quoted(name)} is not the name of a variable; use letters, digits and underlines"


def _text_problems(values: Values) -> Iterator[str]:
    """Find numbers and the like where dockerd refuses them, or would have another spelling of them."""
    for path in MAPS_OF_TEXTS:
        given: Any = values
        for step in path:
            given = given.get(step) if isinstance(given, dict) else None
        for key, value in given.items() if isinstance(given, dict) else ():
            if not isinstance(value, str):
                yield f"{' '.join(path)} {quoted(key)} is not a text; put its value in quotes"


def _tls_problems(values: Values) -> Iterator[str]:
    """Find options of dockerd that would open it to everyone, or close it to all."""
    options = values.get("engine_options")
    if not isinstance(options, dict):
        return
    over_ssh = values.get("docker_transport") == "ssh"
    hosts = options.get("hosts", [] if over_ssh else [f"tcp::{DOCKER_PORT}"]) or []
    if not isinstance(hosts, list):
        yield f"engine_options have {quoted(hosts)} as hosts, and dockerd wants a list; write [{hosts}]"
        return
    ports = [item for item in hosts if str(item).startswith("tcp:")]
    if not over_ssh and not any(str(item).endswith(f":{DOCKER_PORT}") for item in ports):
        yield (
            f"engine_options have no TCP port {DOCKER_PORT} among hosts, which clients come by; leave hosts out, or "
            "set docker_transport to ssh"
        )
    elif ports and not options.get("tlsverify", True):
        yield "engine_options turn tlsverify off, so whoever reaches the Docker port is root; leave it out"
    elif ports and any(options.get(name, name) is None for name in CERTIFICATES):
        yield "engine_options take dockerd's certificates away, without which it does not start; leave that out"


def _label_problems(values: Values) -> Iterator[str]:
    labels = [str(item).partition("=")[0] for item in values.get("engine_labels") or []]
    for name in sorted({label for label in labels if labels.count(label) > 1}):
        yield f"engine_labels has {quoted(name)} more than once, which dockerd refuses; leave one"


_CHECKS: Sequence[Callable[[Values], Iterable[str]]] = (
    _item_problems,
    _combination_problems,
    _source_problems,
    _address_problems,
    _pool_problems,
    _map_problems,
    _text_problems,
    _tls_problems,
    _label_problems,
)
