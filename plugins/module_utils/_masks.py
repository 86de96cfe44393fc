# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets, hidden wherever they appear.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    HIDDEN_BY_HEAT,
    Resolver,
    Source,
    Value,
    hidden_parameters,
)

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._changes import StackPlan

MASK = "********"
SHORTEST_IN_MAP = 4
"""A shorter value of a map would hide much that is no secret; where the template puts it, Veiled hides it."""


class Veiled(Resolver):
    """Resolve a template for showing: the values of hidden parameters are masked where they are, whatever they are."""

    def __init__(self, source: Source, real: Resolver) -> None:
        """Take the source, and who decides its conditions, which may be about what is hidden."""
        super().__init__(source)
        self._real = real
        self._parameters |= {name: _veiled(self._parameters[name]) for name in hidden_parameters(source.template)}

    def holds(self, condition: Value) -> bool:
        """Decide a condition as it is."""
        return self._real.holds(condition)


def _veiled(value: Value) -> Value:
    """Mask what a value holds; what is empty has nothing to hide."""
    if isinstance(value, dict):
        return {key: _veiled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_veiled(item) for item in value]
    return value if value in (None, "") else MASK


def masked(plan: StackPlan, sources: Iterable[Source]) -> StackPlan:
    """Hide the values of hidden parameters wherever else they appear."""
    if secrets := {text for source in sources for text in secrets_of(source)}:
        for resource in plan.resources:
            for change in resource.properties:
                change.before, change.after = mask(change.before, secrets), mask(change.after, secrets)
    return plan


def secrets_of(source: Source) -> set[str]:
    """Return the texts in the values of hidden parameters, right or wrong, as they stand and as JSON writes them."""
    given = [source.parameters, source.parameter_defaults]
    given.append({name: item.get("default") for name, item in (source.template.get("parameters") or {}).items()})
    hidden = hidden_parameters(source.template)
    texts = {text for values in given for name in hidden for text in _texts(values.get(name))} - {HIDDEN_BY_HEAT}
    return texts | {json.dumps(text)[1:-1] for text in texts}


def _texts(value: Value) -> Iterator[str]:
    """Go through the texts in a value, those in a map that is written as JSON included."""
    if isinstance(value, (dict, list)):
        yield from _leaves(value)
    elif value not in (None, ""):
        yield str(value)
        with contextlib.suppress(ValueError):
            yield from _leaves(json.loads(str(value)))


def _leaves(value: Value) -> Iterator[str]:
    """Go through the values in a map as texts; true and false are none."""
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool) and len(str(value)) >= SHORTEST_IN_MAP:
        yield str(value)


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
