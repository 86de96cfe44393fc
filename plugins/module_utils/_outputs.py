# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stack's outputs, as its users want them.

PRIVATE to the collection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

REPORTED = ("ssh_host_keys", "docker_ca_fingerprint", "engine_version")
"""The outputs that are a host's own report."""
_REPORT = re.compile(r"heatdock: (\{.*\})")


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
        return {key: report[key] for key in REPORTED if report.get(key)}
    return {}
