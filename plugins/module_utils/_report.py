# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module tells of its hosts: results and diffs, all from the plan, secrets masked.

PRIVATE to the collection.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._masks import MASK
from ansible_collections.heatdock.hosts.plugins.module_utils._outputs import outputs_of
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    Source,
    content_of,
    effective_parameters,
    hidden_parameters,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._yaml import SafeDumper, yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.heatdock.hosts.plugins.module_utils._changes import PropertyChange, ResourcePlan
    from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome


LONGEST_TEXT = 500
"""Longer texts are shown in full only in a diff."""


def result_of(outcomes: Sequence[Outcome], *, diff: bool) -> dict[str, Any]:
    """Return what a module exits with."""
    changed = [outcome for outcome in outcomes if outcome.action != "none"]
    result = {"changed": bool(changed), "hosts": {outcome.name: _shown(outcome) for outcome in outcomes}}
    return result | ({"diff": [diff_of(outcome) for outcome in changed]} if diff else {})


def _shown(outcome: Outcome) -> dict[str, Any]:
    shown = {
        "action": outcome.action,
        "stack_id": outcome.stack.get("id"),
        "status": outcome.stack.get("stack_status"),
        "resources": [abridged(asdict(item)) for item in outcome.plan.touched],
        "notes": outcome.notes,
    }
    if outcome.drift is not None:
        shown["drift"] = outcome.drift
    if "outputs" in outcome.stack:
        shown["outputs"] = outputs_of(outcome.stack)
    return shown | ({"error": outcome.error} if outcome.error else {})


def diff_of(outcome: Outcome, what: str = "host") -> dict[str, str]:
    """Show both sides of what is done to a stack."""
    touched = outcome.plan.touched
    before = {
        "template": _template(outcome.before),
        "tags": outcome.tags_before,
        "parameters": parameters_shown(outcome.before),
        "resources": {item.name: _before(item) for item in touched if item.action != "create"},
    }
    after = {
        "template": _template(outcome.after),
        "notes": outcome.notes,
        "tags": outcome.tags_after,
        "parameters": parameters_shown(outcome.after),
        "resources": {item.name: _after(item) for item in touched if item.action != "delete"},
    }
    return {
        "before_header": f"{what} {outcome.name}",
        "after_header": f"{what} {outcome.name} ({outcome.action})",
        "before": _text(before),
        "after": _text(after),
    }


def abridged(value: Any) -> Any:
    """Replace long texts by what tells them apart."""
    if isinstance(value, dict):
        return {key: abridged(item) for key, item in value.items()}
    if isinstance(value, list):
        return [abridged(item) for item in value]
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"({len(value)} characters, SHA-256 {_digest(value)})"
    return value


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _template(source: Source | None) -> str:
    """Tell templates apart, of which parts may differ that touch no resource."""
    return f"SHA-256 {_digest(json.dumps(content_of(source), sort_keys=True))}" if source else ""


def parameters_shown(source: Source | None) -> dict[str, Any]:
    """Return the parameters' values, the template's defaults filled in and hidden ones masked."""
    if source is None:
        return {}
    hidden = hidden_parameters(source.template)
    return {name: MASK if name in hidden else value for name, value in effective_parameters(source).items()}


def _before(item: ResourcePlan) -> dict[str, Any]:
    return {"type": item.type, **{_label(change): change.before for change in item.properties}}


def _after(item: ResourcePlan) -> dict[str, Any]:
    return {
        "type": item.type,
        "action": item.action,
        **{_label(change): change.after for change in item.properties},
    }


def _label(change: PropertyChange) -> str:
    if change.ignored:
        return f"{change.name} (of no effect on a running server)"
    return f"{change.name} (forces the replacement)" if change.forces_replacement else change.name


def _text(data: dict[str, Any]) -> str:
    """Write one side of a diff; a side on which nothing is stays empty."""
    filled = {key: value for key, value in data.items() if value}
    return yaml.dump(filled, Dumper=_dumper(), sort_keys=False, width=10**6) if filled else ""


def _dumper() -> Any:
    """Make a YAML writer that shows long texts line by line, so that their diff does too, and no aliases."""
    dumper = type("DiffDumper", (SafeDumper,), {"ignore_aliases": lambda _self, _data: True})
    dumper.add_representer(str, _represent_text)  # type: ignore[attr-defined]
    return dumper


def _represent_text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)
