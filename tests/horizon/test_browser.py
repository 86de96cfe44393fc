# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person makes a host in Horizon, then site.yml takes it over: the tests build on each other, in their order."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from fleet import DECLARED, MANAGEMENT_CIDR, ROOT, Cloud, Fleet, physical_ids, stack_outputs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.horizon.dashboard import Dashboard, Field

HOST = "from-horizon"
TEMPLATES = ROOT / "heat-templates"
TEMPLATE = TEMPLATES / "docker-host.yaml"
LONGEST_BOOT = 900


def declared_parameters(template: Path) -> dict[str, dict[str, Any]]:
    """Return the parameters of a template, as its groups order them."""
    source = yaml.safe_load(template.read_text(encoding="utf-8"))
    order = [name for group in source["parameter_groups"] for name in group["parameters"]]
    return {name: source["parameters"][name] for name in order}


def choices_of(cloud: Cloud) -> dict[str, set[str]]:
    """Return the names that the cloud itself has for each drop-down list."""
    project = cloud.current_project_id
    return {
        "glance.image": {image.name for image in cloud.image.images()},
        "nova.flavor": {flavor.name for flavor in cloud.compute.flavors()},
        "nova.keypair": {key.name for key in cloud.compute.keypairs()},
        "neutron.network": {network.name for network in cloud.network.networks(project_id=project)},
    }


def expect_list(field: Field, known: set[str]) -> None:
    """Expect a drop-down list with all that the cloud has, names maybe followed by a size."""
    assert field.kind == "select-one"
    assert known
    assert known <= {choice.partition(" (")[0] for choice in field.choices}


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("docker-host*.yaml")), ids=lambda path: path.stem)
def test_form_shows_every_parameter_with_its_lists_filled(horizon: Dashboard, cloud: Cloud, template: Path) -> None:
    horizon.open_launch_form(template)
    horizon.take_picture(f"form-{template.stem}")
    declared, known = declared_parameters(template), choices_of(cloud)
    fields = {field.name: field for field in horizon.fields()}
    assert list(fields) == list(declared)
    for name, parameter in declared.items():
        field = fields[name]
        assert field.label == parameter["label"]
        assert field.help == parameter["description"]
        assert field.required == ("default" not in parameter)
        rules = {kind: value for rule in parameter.get("constraints", []) for kind, value in rule.items()}
        if "custom_constraint" in rules:
            expect_list(field, known[rules["custom_constraint"]])
        elif "allowed_values" in rules:
            expect_list(field, {str(value) for value in rules["allowed_values"]})
        elif parameter.get("hidden") and parameter["type"] == "string":
            assert field.kind == "password"


def fill_in(horizon: Dashboard, cloud: Cloud) -> None:
    """Fill in what the form requires."""
    horizon.fill("stack_name", HOST)
    horizon.fill("password", cloud.config.auth["password"])
    for name in ("image", "flavor", "key_name", "network"):
        horizon.choose(f"__param_{name}", str(DECLARED[f"docker_host_{name}"]))
    horizon.fill("__param_floating_network", str(DECLARED["docker_host_floating_network"]))
    horizon.fill("__param_management_cidrs", MANAGEMENT_CIDR)


def test_wrong_value_is_answered_by_the_sentence_of_its_constraint(horizon: Dashboard, cloud: Cloud) -> None:
    horizon.open_launch_form(TEMPLATE)
    fill_in(horizon, cloud)
    horizon.fill("__param_ssh_user", "No Such User!")
    horizon.launch()
    complaint = horizon.complaint()
    horizon.take_picture("wrong-value")
    [constraint] = declared_parameters(TEMPLATE)["ssh_user"]["constraints"]
    assert f"Parameter 'ssh_user' is invalid: {constraint['description']}" in " ".join(complaint.split())
    assert cloud.orchestration.find_stack(HOST) is None


def test_host_is_launched_and_complete(horizon: Dashboard, cloud: Cloud) -> None:
    horizon.open_launch_form(TEMPLATE)
    fill_in(horizon, cloud)
    horizon.take_picture("filled-in")
    horizon.launch()
    deadline = time.monotonic() + LONGEST_BOOT
    while (status := horizon.status(HOST)) != "Create Complete":
        assert status == "Create In Progress"
        assert time.monotonic() < deadline, f"no host within {LONGEST_BOOT} s"
        time.sleep(1)
    horizon.take_picture("complete")


def test_overview_tells_the_outputs(horizon: Dashboard, cloud: Cloud) -> None:
    horizon.open_stack(HOST)
    outputs = stack_outputs(cloud, HOST)
    text = " ".join(horizon.text().split())
    horizon.take_picture("outputs")
    assert outputs["docker_endpoint"] in text
    assert " ".join(outputs["connect_command"].split()) in text
    assert set(outputs) <= set(text.split())


def test_site_takes_the_host_over_once_and_touches_nothing(fleet: Fleet, cloud: Cloud) -> None:
    before = physical_ids(cloud, HOST)
    fleet.declare({HOST: {}})
    run = fleet.play("site.yml")
    assert run.status == 0, run.output
    assert [task for task in run.changed_tasks() if "docker_engine" in task] == []
    assert physical_ids(cloud, HOST) == before
    assert fleet.docker(HOST, "info", "--format", "{{.Name}}") == f"{HOST}\n"
    again = fleet.play("site.yml")
    assert again.recap[HOST]["changed"] == 0, again.output
