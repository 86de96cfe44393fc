# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stack's outputs, as its users want them.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def outputs_of(stack: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stack's outputs by name; a stack that has none yet has an empty dict."""
    return {item["output_key"]: item.get("output_value") for item in stack.get("outputs") or []}
