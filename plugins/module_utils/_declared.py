# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with declared hosts, as far as that can be told without a cloud.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, quoted
from ansible_collections.heatdock.hosts.plugins.module_utils._parameters import parameter_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

CIDR_PARAMETERS = ("management_cidrs",)
HOST_NAME = re.compile(r"[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])+(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*")
LONGEST_HOST_NAME = 63


def host_problems(source: Source) -> list[str]:
    """Say what is wrong with one host's declaration."""
    return [*_name_problems(source.stack_name), *parameter_problems(source), *_cidr_problems(source)]


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


def _name_problems(name: str) -> list[str]:
    if len(name) <= LONGEST_HOST_NAME and HOST_NAME.fullmatch(name):
        return []
    allowed = f"2 to {LONGEST_HOST_NAME} letters, digits and hyphens, a letter first"
    return [f"the name {quoted(name)} is not a host name; use {allowed}"]


def _cidr_problems(source: Source) -> list[str]:
    problems = []
    for name in CIDR_PARAMETERS:
        value = source.parameters.get(name) or []
        items = value if isinstance(value, list) else str(value).split(",")
        problems += [f"{name} {quoted(item)} {reason}" for item in items if (reason := _cidr_problem(item))]
    return problems


def _cidr_problem(text: str) -> str | None:
    with contextlib.suppress(ValueError):
        ipaddress.ip_network(text)
        return None
    with contextlib.suppress(ValueError):
        return f"has host bits set; its network is {quoted(ipaddress.ip_interface(text).network)}"
    return "is not a network; write it as in 203.0.113.0/24"
