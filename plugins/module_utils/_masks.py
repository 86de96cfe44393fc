# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets, hidden wherever they appear.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    Source,
    Value,
    effective_parameters,
    hidden_parameters,
)

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._changes import StackPlan

MASK = "********"


def masked(plan: StackPlan, sources: Iterable[Source]) -> StackPlan:
    """Hide the values of hidden parameters wherever they appear."""
    secrets = {
        str(effective_parameters(source).get(name))
        for source in sources
        for name in hidden_parameters(source.template)
        if effective_parameters(source).get(name)
    }
    if secrets:
        for resource in plan.resources:
            for change in resource.properties:
                change.before, change.after = mask(change.before, secrets), mask(change.after, secrets)
    return plan


def mask(value: Value, secrets: set[str]) -> Value:
    """Replace secrets within a value."""
    if isinstance(value, dict):
        return {key: mask(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [mask(item, secrets) for item in value]
    text = str(value)
    if any(secret in text for secret in secrets):
        for secret in sorted(secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text
    return value
