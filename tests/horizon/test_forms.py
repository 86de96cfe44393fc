# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each template as Horizon's own forms show it, without a cloud or a browser: see forms.py for what is real there."""

from __future__ import annotations

import html
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.environments import environment

HERE = Path(__file__).parent
TEMPLATES = {path.stem: path for path in sorted((HERE.parents[1] / "heat-templates").glob("*.yaml"))}
SOURCES: dict[str, dict[str, Any]] = {
    name: yaml.safe_load(path.read_text(encoding="utf-8")) for name, path in TEMPLATES.items()
}
PARAMETERS = [(name, parameter) for name, source in SOURCES.items() for parameter in source["parameters"]]
TYPED = {"management_cidrs": "203.0.113.0/24"}
"""What a person types where a field is required and has neither a default nor a list to choose from."""
MOST_FIELDS = {"docker-host": 15}
WRONG_LENGTH = 20000


def constraints_of(template: str, parameter: str) -> dict[str, Any]:
    """Return the constraints of a parameter by their kind."""
    listed = SOURCES[template]["parameters"][parameter].get("constraints", [])
    return {kind: value for item in listed for kind, value in item.items() if kind != "description"}


def wrong_value(template: str, parameter: str) -> str | None:
    """Return a value that Heat must refuse; None where it takes any text that a person can enter."""
    constraints = constraints_of(template, parameter)
    wrong = {
        "allowed_pattern": "no\tsuch; thing",
        "range": str(constraints.get("range", {}).get("max", WRONG_LENGTH - 1) + 1),
        "length": "x" * WRONG_LENGTH if "max" in constraints.get("length", {}) else None,
    }
    return next((wrong[kind] for kind in wrong if kind in constraints), None)


REFUSED = [pair for pair in PARAMETERS if wrong_value(*pair)]


@pytest.fixture(scope="session")
def horizon() -> dict[str, Any]:
    """Return what Horizon makes of all templates, and the lists of its made-up cloud."""
    wanted: dict[str, Any] = {
        name: {"path": str(path), "launches": {"untouched": required_values(name)}} for name, path in TEMPLATES.items()
    }
    for name, parameter in REFUSED:
        wrong = wrong_value(name, parameter)
        wanted[name]["launches"][parameter] = required_values(name) | {parameter: wrong}
    python = environment("horizon-forms", HERE / "requirements.txt", "--no-deps") / "bin/python"
    command = [str(python), "-W", "ignore", str(HERE / "forms.py")]
    variables = os.environ | {"DJANGO_SETTINGS_MODULE": "heat_dashboard.test.settings"}
    done = subprocess.run(command, input=json.dumps(wanted), env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def required_values(template: str) -> dict[str, str]:
    """Return what a person has to type into the form of a template."""
    return {name: value for name, value in TYPED.items() if name in SOURCES[template]["parameters"]}


def field(horizon: dict[str, Any], template: str, parameter: str) -> dict[str, Any]:
    """Return the one field of a parameter."""
    (found,) = [item for item in horizon["reports"][template]["fields"] if item["name"] == parameter]
    return dict(found)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_parameter_is_a_field_in_the_order_of_the_groups(horizon: dict[str, Any], template: str) -> None:
    shown = [item["name"] for item in horizon["reports"][template]["fields"]]
    assert shown == [name for group in SOURCES[template]["parameter_groups"] for name in group["parameters"]]
    assert sorted(shown) == sorted(SOURCES[template]["parameters"])
    assert horizon["reports"][template]["help"] == SOURCES[template]["description"]


@pytest.mark.parametrize(("template", "most"), MOST_FIELDS.items())
def test_form_for_people_is_short_and_asks_first_what_it_must(
    horizon: dict[str, Any], template: str, most: int
) -> None:
    fields = horizon["reports"][template]["fields"]
    assert len(fields) <= most
    required = [item["required"] for item in fields]
    assert required == sorted(required, reverse=True)


@pytest.mark.parametrize(("template", "parameter"), PARAMETERS)
def test_field_is_labelled_explained_and_required_only_without_a_default(
    horizon: dict[str, Any], template: str, parameter: str
) -> None:
    declared, shown = SOURCES[template]["parameters"][parameter], field(horizon, template, parameter)
    assert shown["label"] == declared["label"]
    assert html.unescape(shown["help"]) == declared["description"]
    assert shown["required"] == ("default" not in declared)
    assert (shown["initial"] is None) == ("default" not in declared)
    # Horizon knows of hidden texts alone.
    assert shown["password"] == (declared.get("hidden", False) and declared["type"] == "string")
    if declared["type"] == "boolean":
        assert shown["checked"] == declared["default"]


@pytest.mark.parametrize(("template", "parameter"), PARAMETERS)
def test_list_to_choose_from_is_filled(horizon: dict[str, Any], template: str, parameter: str) -> None:
    constraints = constraints_of(template, parameter)
    listed = horizon["cloud"].get(constraints.get("custom_constraint"), [])
    listed += [[value, value] for value in constraints.get("allowed_values", [])]
    shown = field(horizon, template, parameter)["choices"]
    assert sorted(choice[0] for choice in shown) == sorted(choice[0] for choice in listed)
    assert all(choice[1] for choice in shown)
    assert bool(shown) == ("custom_constraint" in constraints or "allowed_values" in constraints)


@pytest.mark.parametrize("template", TEMPLATES)
def test_form_that_is_left_as_it_is_gives_heat_the_defaults(horizon: dict[str, Any], template: str) -> None:
    launched = horizon["reports"][template]["launches"]["untouched"]
    assert launched["errors"] == {}
    assert "refusal" not in launched
    for name, declared in SOURCES[template]["parameters"].items():
        if "default" in declared:
            assert launched["values"][name] == understood(declared)


def understood(declared: dict[str, Any]) -> Any:
    """Return a parameter's default as Heat's engine hands it to a template."""
    default = declared["default"]
    if declared["type"] == "comma_delimited_list" and isinstance(default, str):
        return default.split(",") if default else []
    return default


@pytest.mark.parametrize(("template", "parameter"), REFUSED)
def test_wrong_value_is_refused_by_the_form_or_by_heat_which_names_it(
    horizon: dict[str, Any], template: str, parameter: str
) -> None:
    launched = horizon["reports"][template]["launches"][parameter]
    if launched["errors"]:
        assert set(launched["errors"]) == {parameter}
    else:
        assert parameter in launched["refusal"]
