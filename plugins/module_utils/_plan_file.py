# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan of the fleet as a file: what it says, and whether it still holds; pure functions.

docs/plan.schema.json describes it. PRIVATE to the collection.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._host import SETTLED
from ansible_collections.heatdock.hosts.plugins.module_utils._json_schema import schema_problems
from ansible_collections.heatdock.hosts.plugins.module_utils._masks import mask, secrets_of
from ansible_collections.heatdock.hosts.plugins.module_utils._plan_schema import PLAN_SCHEMA
from ansible_collections.heatdock.hosts.plugins.module_utils._report import abridged, parameters_shown
from ansible_collections.heatdock.hosts.plugins.module_utils._template import content_of, effective_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome

VERSION = 1
ACTIONS = ("create", "update", "replace", "delete", "none")
"""What can be planned for a host, in the order of the summary."""

Plan = dict[str, Any]


def plan_of(outcomes: Sequence[Outcome], project_id: str) -> Plan:
    """Write down what would happen to each host, and what that was concluded from."""
    counted = Counter(outcome.action for outcome in outcomes)
    return {
        "version": VERSION,
        "project_id": project_id,
        "summary": {action: counted[action] for action in ACTIONS},
        "hosts": {outcome.name: _entry(outcome) for outcome in outcomes},
    }


def _entry(outcome: Outcome) -> dict[str, Any]:
    declared = outcome.declared
    return {
        "action": outcome.action,
        "template": _digest(content_of(declared)) if declared else None,
        "parameters": _digest(effective_parameters(declared)) if declared else None,
        "stack": _state(outcome.stack) if outcome.stack else None,
        "settings": _settings(outcome),
        "resources": [abridged(asdict(item)) for item in outcome.plan.touched],
        "losses": outcome.losses,
        "notes": [note for note in outcome.notes if note not in outcome.losses],
    }


def _settings(outcome: Outcome) -> list[dict[str, Any]]:
    """Tell the parameters that become others; of a new host those that are not the template's defaults."""
    source = outcome.after
    if source is None:
        return []
    then = effective_parameters(outcome.before or replace(source, parameters={}, parameter_defaults={}))
    now, before, after = effective_parameters(source), parameters_shown(outcome.before), parameters_shown(source)
    rows = [
        {"name": name, "before": before.get(name), "after": after.get(name)}
        for name in dict.fromkeys([*then, *now])
        if then.get(name) != now.get(name)
    ]
    return [abridged(mask(row, secrets_of(source))) for row in rows]


def _state(row: Row) -> dict[str, Any]:
    changed = row.get("updated_time") or row.get("creation_time")
    return {"id": row["id"], "status": row["stack_status"], "changed": changed}


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def read_plan(path: str) -> Plan:
    """Read a saved plan; one that is none is a HeatdockError."""
    try:
        plan = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise HeatdockError(f"plan {path} cannot be read ({error.strerror}); make it with playbooks/plan.yml") from None
    except ValueError:
        raise HeatdockError(f"plan {path} is not JSON; make it with playbooks/plan.yml") from None
    version = plan.get("version") if isinstance(plan, dict) else None
    if version != VERSION:
        said = json.dumps(version)
        raise HeatdockError(f"plan {path} has version {said}, and {VERSION} is understood here; plan again")
    if damage := next(schema_problems(PLAN_SCHEMA, plan), None):
        raise HeatdockError(f"plan {path} is damaged ({damage}); plan again")
    return dict(plan)


def refuse_moved(saved: Plan, current: Plan) -> None:
    """Raise one error that says, for every host, why a saved plan does not hold any more."""
    if saved["project_id"] != current["project_id"]:
        raise HeatdockError("the plan is of another project; select its cloud with OS_CLOUD, or plan again")
    if problems := list(_differences(saved["hosts"], current["hosts"])):
        raise _void(*problems)


def refuse_unforeseen(saved: Plan, outcome: Outcome) -> None:
    """Raise an error where what is about to be done to one host is not what was planned."""
    if reason := _difference(saved["hosts"][outcome.name], _entry(outcome)):
        raise _void(reason)


def _void(*reasons: str) -> HeatdockError:
    return HeatdockError(f"the plan does not hold any more: {'; '.join(reasons)}; plan again")


def _differences(saved: Mapping[str, Any], current: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*saved, *current]):
        if name not in current:
            yield f"host {name} is in the plan and not in this run"
        elif name not in saved:
            yield f"host {name} is in this run and not in the plan"
        elif reason := _difference(saved[name], current[name]):
            yield f"host {name}: {reason}"


def _difference(saved: Mapping[str, Any], current: Mapping[str, Any]) -> str | None:
    """Say what has changed since; the first of what explains the rest."""
    if saved["template"] != current["template"]:
        return "the template has changed since" if saved["template"] and current["template"] else _declared(current)
    if saved["parameters"] != current["parameters"]:
        return "its declaration has changed since"
    if _unchecked(saved["stack"]) != _unchecked(current["stack"]):
        return _moved(saved["stack"], current["stack"])
    if _happens(saved) != _happens(current):
        return f"now {_told(current)} would happen, and {_told(saved)} was planned"
    return None


def _unchecked(stack: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return a stack's state as it is whether it was checked meanwhile or not; a check that found something is one."""
    return {**stack, "status": "settled"} if stack and stack["status"] in SETTLED else stack


def _declared(current: Mapping[str, Any]) -> str:
    return "it is declared again" if current["template"] else "it is no longer declared"


def _moved(saved: Mapping[str, Any] | None, current: Mapping[str, Any] | None) -> str:
    if saved is None or current is None:
        return "its stack was deleted since" if saved else "a stack of its name was made since"
    if saved["id"] != current["id"]:
        return "its stack was deleted and made anew since"
    return f"its stack was changed since, it is {current['status']}"


def _happens(entry: Mapping[str, Any]) -> Any:
    return entry["action"], entry["resources"]


def _told(entry: Mapping[str, Any]) -> str:
    touched = ", ".join(f"{item['name']} {item['action']}" for item in entry["resources"])
    return f"{entry['action']} ({touched})" if touched else str(entry["action"])


def summary_of(plan: Plan) -> str:
    """Say in one line how many hosts something happens to."""
    return ", ".join(_counted(plan["summary"])) or "no host is declared"


def _counted(summary: Mapping[str, int]) -> Iterable[str]:
    words = {"none": "unchanged"}
    return (f"{summary[action]} {words.get(action, f'to {action}')}" for action in ACTIONS if summary[action])
