# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generated template keeps Horizon's rules and carries the role's files byte for byte."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "heat-templates"
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
TEMPLATES: dict[str, dict[str, Any]] = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
HOSTS = {
    "docker-host": TEMPLATES["docker-host"],
    "docker-host-full": TEMPLATES["docker-host-full"],
    "member of docker-hosts": yaml.safe_load(
        TEMPLATES["docker-hosts"]["resources"]["hosts"]["properties"]["resource_def"]["properties"]["template"]
    ),
}
FORMS = [(name, parameter) for name, template in TEMPLATES.items() for parameter in template["parameters"]]
HORIZON_LISTS = {"glance.image", "nova.flavor", "nova.keypair", "neutron.network"}


def user_data_of(template: dict[str, Any]) -> dict[str, Any]:
    return dict(template["resources"]["server"]["properties"]["user_data"]["str_replace"])


def config_of(template: dict[str, Any]) -> dict[str, Any]:
    text = user_data_of(template)["template"].replace("<%users_part%>", "").replace("<%settings%>", "{}")
    (part,) = yaml.safe_load(text)
    return dict(yaml.safe_load(part["content"]))


def test_generated_files_are_fresh() -> None:
    subprocess.run([sys.executable, str(ROOT / "tools/generate.py"), "--check"], check=True)


@pytest.mark.parametrize(("template", "name"), FORMS)
def test_parameter_is_described_used_and_in_one_group(template: str, name: str) -> None:
    parameter = TEMPLATES[template]["parameters"][name]
    assert parameter["label"]
    assert parameter["description"]
    assert re.search(rf"get_param: \[?{name}\b", TEXTS[template])
    groups = TEMPLATES[template]["parameter_groups"]
    assert sum(group["parameters"].count(name) for group in groups) == 1
    custom = {c["custom_constraint"] for c in parameter.get("constraints", []) if "custom_constraint" in c}
    assert custom <= HORIZON_LISTS
    # Horizon's lists have no empty choice.
    assert not (custom and "default" in parameter)


@pytest.mark.parametrize("template", TEMPLATES)
def test_groups_name_the_parameters_in_their_order_the_required_ones_first(template: str) -> None:
    parameters = TEMPLATES[template]["parameters"]
    grouped = [name for group in TEMPLATES[template]["parameter_groups"] for name in group["parameters"]]
    assert grouped == list(parameters)
    required = [name for name in grouped if "default" not in parameters[name]]
    assert grouped[: len(required)] == required


@pytest.mark.parametrize("template", ["docker-host", "docker-hosts"])
def test_form_is_short(template: str) -> None:
    assert len(TEMPLATES[template]["parameters"]) <= 15


@pytest.mark.parametrize("template", TEMPLATES)
def test_outputs_are_described(template: str) -> None:
    assert all(output["description"] for output in TEMPLATES[template]["outputs"].values())


@pytest.mark.parametrize("template", TEMPLATES)
def test_template_is_one_self_contained_file(template: str) -> None:
    assert "get_file" not in TEXTS[template]
    types = {resource["type"] for resource in TEMPLATES[template]["resources"].values()}
    assert all(name.startswith("OS::") for name in types)


@pytest.mark.parametrize("template", HOSTS)
def test_every_condition_is_used(template: str) -> None:
    written = yaml.safe_dump(HOSTS[template])
    assert [name for name in HOSTS[template]["conditions"] if written.count(name) < 2] == []


@pytest.mark.parametrize("template", HOSTS)
def test_no_condition_needs_a_parameter_without_a_default(template: str) -> None:
    """Horizon has Heat read a template before anyone fills its form."""
    written = yaml.safe_dump(HOSTS[template]["conditions"])
    parameters = HOSTS[template]["parameters"]
    used = re.findall(r"get_param:(?:\n\s+-)? (\w+)", written)
    assert used
    assert [name for name in used if "default" not in parameters[name]] == []


@pytest.mark.parametrize("template", HOSTS)
def test_names_are_of_a_parameter_or_a_resource(template: str) -> None:
    assert set(HOSTS[template]["parameters"]) & set(HOSTS[template]["resources"]) == set()


@pytest.mark.parametrize("template", HOSTS)
def test_all_hosts_have_the_same_resources(template: str) -> None:
    full = {name: item["type"] for name, item in HOSTS["docker-host-full"]["resources"].items()}
    here = {name: item["type"] for name, item in HOSTS[template]["resources"].items()}
    assert here == {name: kind for name, kind in full.items() if name in here}
    assert set(full) - set(here) <= {"extra_port_0", "extra_port_1", "extra_port_2"}


@pytest.mark.parametrize("template", HOSTS)
def test_every_placeholder_of_user_data_is_replaced(template: str) -> None:
    replaced = user_data_of(HOSTS[template])
    assert set(re.findall(r"<%\w+%>", replaced["template"])) == set(replaced["params"])


def test_fleet_gives_each_host_a_name_and_all_that_is_asked_for() -> None:
    fleet = TEMPLATES["docker-hosts"]
    properties = fleet["resources"]["hosts"]["properties"]
    assert properties["count"] == {"get_param": "count"}
    given = properties["resource_def"]["properties"]["parameters"]
    assert given.pop("name") == {"list_join": ["-", [{"get_param": "OS::stack_name"}, "%index%"]]}
    assert given == {name: {"get_param": name} for name in fleet["parameters"] if name != "count"}
    member = HOSTS["member of docker-hosts"]
    assert set(member["parameters"]) == {"name", *given}
    assert "OS::stack_name" not in yaml.safe_dump(member)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/usr/local/sbin/docker-pki", "roles/docker_engine/files/docker-pki"),
        ("/usr/local/sbin/docker-context-bundle", "roles/docker_engine/files/docker-context-bundle"),
    ],
)
def test_first_boot_writes_the_very_file(path: str, source: str) -> None:
    for template in HOSTS.values():
        written = {entry["path"]: entry["content"] for entry in config_of(template)["write_files"]}
        assert written[path] == (ROOT / source).read_text(encoding="utf-8")


def test_first_boot_is_written_without_what_it_says_to_its_readers() -> None:
    script = (ROOT / "heat-templates/src/first-boot.sh").read_text(encoding="utf-8")
    for template in HOSTS.values():
        written = next(
            item["content"] for item in config_of(template)["write_files"] if item["path"].endswith("first-boot")
        )
        assert uncommented(written) == uncommented(script)
        assert "\n# Managed by Heatdock. Key: " in written
        assert written.startswith("#!/bin/bash\n# SPDX-")
        assert len(written) < len(script)


def uncommented(script: str) -> list[str]:
    return [line for line in script.splitlines() if not line.lstrip().startswith("#")]


def test_flags_of_other_tools_are_all_mapped() -> None:
    flags = yaml.safe_load((FOLDER / "src/flags.yaml").read_text(encoding="utf-8"))
    mapped = {name: set(known) for name, known in flags.items()}
    assert {name: len(known) for name, known in mapped.items()} == {
        "docker-machine": 30,
        "docker-machine, of the engine": 8,
        "rancher-machine, beside those": 16,
    }
    named = {name for known in flags.values() for here in known.values() for name in here.get("parameters", [])}
    assert named <= set(TEMPLATES["docker-host-full"]["parameters"])
