# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stack's outputs and parameters, as their users want them.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import HOST_OPTIONS
from ansible_collections.heatdock.hosts.plugins.module_utils._template import HIDDEN_BY_HEAT, typed_parameter

REPORTED = ("ssh_host_keys", "docker_ca_fingerprint", "engine_version")
"""The outputs that are a host's own report."""
FAILURE = "failure"
"""What a host reports instead when its first boot failed: the reason."""
_REPORT = re.compile(r"heatdock: (\{.*\})")
KINDS = {"int": "number", "bool": "boolean", "list": "comma_delimited_list", "dict": "json", "json": "json"}
"""Heat's types of parameters by the types of the options that are made from them."""
KIND_OF = {
    name: "json" if option.get("elements") == "dict" else KINDS[option["type"]]
    for name, option in HOST_OPTIONS.items()
    if option["type"] in KINDS
}
"""The types of a host's parameters that are no texts."""


def outputs_of(stack: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stack's outputs by name; a stack that has none yet has an empty dict."""
    return {item["output_key"]: item.get("output_value") for item in stack.get("outputs") or []}


def report_on(console: str) -> dict[str, Any]:
    """Return what a host reported of itself on its console; empty when it did not.

    The first such line counts: first boot printed it, before anything else ran there.
    """
    for found in _REPORT.finditer(console):
        try:
            report = json.loads(found[1])
        except ValueError:
            continue
        return {key: report[key] for key in (*REPORTED, FAILURE) if report.get(key)}
    return {}


def parameters_of(stack: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stack's parameters by name, without those that Heat hides.

    Heat shows all as text; those of a host's template get their type back.
    """
    return {
        name: _typed(name, value)
        for name, value in (stack.get("parameters") or {}).items()
        if not name.startswith("OS::") and value != HIDDEN_BY_HEAT
    }


def _typed(name: str, value: Any) -> Any:
    kind = KIND_OF.get(name)
    if kind is None:
        return value
    with contextlib.suppress(HeatdockError):  # another template's parameter of that name
        return typed_parameter(name, kind, value)
    return value
