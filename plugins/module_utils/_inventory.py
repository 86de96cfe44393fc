# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory says of the hosts that the stacks hold.

The facts of a host are its variable `heat_stack`. Every text in them is the cloud's and stays an ordinary string, which
Ansible never takes for a template: since 2.19 it evaluates only what is tagged as trusted.

PRIVATE to the collection.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import joined, quoted, suggestion
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG
from ansible_collections.heatdock.hosts.plugins.module_utils._outputs import outputs_of, parameters_of
from ansible_collections.heatdock.hosts.plugins.module_utils._template import INPUTS_TAG_PREFIX

Facts = dict[str, Any]

FACTS = ("creation_time", "updated_time", "tags")
GROUPED_PARAMETERS = {"image": "image", "flavor": "flavor", "zone": "availability_zone"}
"""The parameters whose values are groups, by the word in the group's name."""
SWARM_ROLE = "swarm_role"
"""The key of a server's metadata that says what its host is to be in a Swarm."""
MISSING, UNDECLARED = f"{TAG}_missing", f"{TAG}_undeclared"
"""The groups of declared hosts that have no stack, and of stacks that no declaration has."""
CONTROLLER = "localhost"
"""The one name of a stack that would take over a host of Ansible's own."""
HIGHEST_PORT = 65535
_NO_WORD = re.compile(r"\W")
_FOR_HEAT = re.compile(r"(^|[./])heat\.ya?ml$")


@dataclass(frozen=True)
class Place:
    """Where stacks are looked for."""

    cloud: str | None = None
    region_name: str | None = None
    all_projects: bool = False

    def __str__(self) -> str:
        """Name it for people."""
        cloud = f"cloud {quoted(self.cloud or 'from OS_*')}"
        return f"{cloud}, region {quoted(self.region_name)}" if self.region_name else cloud


def is_for_heat(path: str) -> bool:
    """Tell whether a file of an inventory is one that says where stacks are, by its name."""
    return bool(_FOR_HEAT.search(path))


def places_of(clouds: Sequence[Any], usual: Place) -> list[Place]:
    """Return the places that the option `clouds` names, or the usual one; each may leave out `all_projects`."""
    known = ("cloud", "region_name", "all_projects")
    problems = []
    for item in clouds:
        if not isinstance(item, Mapping):
            problems.append(f"an entry of clouds is {quoted(item)}; write it as cloud: {item}")
            continue
        unknown = [str(key) for key in item if key not in known]
        problems += [f"clouds has no key {quoted(key)}; {suggestion(key, known)}" for key in unknown]
        problems += [] if item.get("cloud") else ["an entry of clouds names no cloud; add its key cloud"]
    if problems:
        raise joined(problems)
    places = [
        Place(str(item["cloud"]), item.get("region_name"), bool(item.get("all_projects", usual.all_projects)))
        for item in clouds
    ]
    return places or [usual]


def facts_of(stack: Mapping[str, Any], report: Mapping[str, Any] | None = None) -> Facts:
    """Return what is told of the host that a stack holds, with what its console says of it."""
    return {
        "id": stack["id"],
        "name": stack["stack_name"],
        "status": stack["stack_status"],
        "status_reason": stack["stack_status_reason"],
        **{key: stack.get(key) for key in FACTS},
        "parameters": parameters_of(stack),
        "outputs": {**outputs_of(stack), **(report or {})},
    }


def connection_of(outputs: Mapping[str, Any], prefer: Sequence[str]) -> dict[str, Any]:
    """Return how a host is reached, as far as its outputs tell: the variables of Ansible's connections."""
    variables = {
        "ansible_host": _address(outputs, prefer),
        "ansible_port": _port(outputs.get("ssh_port")),
        "ansible_user": outputs.get("ssh_user"),
    }
    return {key: value for key, value in variables.items() if value}


def _address(outputs: Mapping[str, Any], prefer: Sequence[str]) -> str | None:
    """Return the first address there is of the preferred kinds, else the one that clients use."""
    listed = outputs.get("addresses")
    addresses = [outputs.get("fixed_address"), *(listed if isinstance(listed, list) else []), outputs.get("address")]
    by_kind = {
        "floating": [outputs.get("floating_address")],
        "fixed": [outputs.get("fixed_address")],
        "ipv6": [item for item in addresses if _version(item) == 6],  # noqa: PLR2004
    }
    candidates = [*(item for kind in prefer for item in by_kind[kind]), outputs.get("address")]
    return next((item for item in candidates if _version(item)), None)


def _version(address: Any) -> int | None:
    """Return an address's IP version; None for what is no address, as an option of ssh's would be."""
    try:
        return ipaddress.ip_address(address).version if isinstance(address, str) else None
    except ValueError:
        return None


def _port(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= HIGHEST_PORT else None


def groups_of(facts: Facts) -> list[str]:
    """Return the groups of a host by what it is, beside the one of all hosts."""
    parameters = facts["parameters"]
    words = [("status", facts["status"])]
    words += [(word, parameters.get(name)) for word, name in GROUPED_PARAMETERS.items()]
    words += [("swarm", _metadata(parameters).get(SWARM_ROLE))]
    words += [("tag", tag) for tag in facts["tags"] or [] if tag != TAG and not tag.startswith(INPUTS_TAG_PREFIX)]
    return [group_name(word, str(value)) for word, value in words if value]


def _metadata(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the metadata that a host was declared with; another template's parameter of that name may be anything."""
    metadata = parameters.get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}


def group_name(*words: str) -> str:
    """Return a valid name of a group: what is no letter, digit or underscore becomes one."""
    return _NO_WORD.sub("_", "_".join((TAG, *words)))


def compared(declared: Collection[str], existing: Collection[str], *, is_complete: bool) -> dict[str, list[str]]:
    """Return which hosts are missing, and which undeclared, by group.

    None is missing as long as what exists is not known completely.
    """
    missing = sorted(set(declared) - set(existing)) if is_complete else []
    return {MISSING: missing, UNDECLARED: sorted(set(existing) - set(declared))}


def named(found: Iterable[tuple[Place, Facts]], *, full_names: bool) -> dict[str, Facts]:
    """Return the facts by the name of the host; two stacks that would be one host are an error."""
    hosts: dict[str, list[tuple[Place, Facts]]] = {}
    for place, facts in found:
        hosts.setdefault(_full_name(place, facts) if full_names else facts["name"], []).append((place, facts))
    remedy = "rename one or read one place alone" if full_names else "set full_names to true, or rename one"
    problems = [
        f"host {quoted(name)} is a stack in {' and in '.join(_whereabouts(*item) for item in items)}; {remedy}"
        for name, items in sorted(hosts.items())
        if len(items) > 1
    ]
    if problems:
        raise joined(problems)
    return {name: items[0][1] for name, items in hosts.items()}


def _full_name(place: Place, facts: Facts) -> str:
    where = [part for part in (facts.get("project"), place.region_name, place.cloud) if part]
    return ".".join([facts["name"], *(_NO_WORD.sub("-", part) for part in where)])


def _whereabouts(place: Place, facts: Facts) -> str:
    project = facts.get("project")
    return f"{place}, project {quoted(project)}" if project else str(place)


def is_as_known(row: Mapping[str, Any], facts: Facts | None) -> bool:
    """Tell whether a stack, as a listing shows it, still is what is known of it.

    One at work has outputs that come while its status stays, and so has a host whose own report is still awaited.
    """
    if facts is None or facts["status"].endswith("_IN_PROGRESS"):
        return False
    outputs = facts["outputs"]
    awaits_report = bool(outputs.get("server_id")) and not outputs.get("ssh_host_keys")
    now, then = (row["stack_status"], row.get("updated_time")), (facts["status"], facts["updated_time"])
    return not awaits_report and now == then
