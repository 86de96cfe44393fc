# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of examples, samples, attributes and Heat templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import check_docs
from _repository import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MODULE = "heatdock.hosts.thing"
OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True, "aliases": ["title"]},
    "state": {"type": "str", "choices": ["present", "absent"]},
    "parts": {"type": "list", "elements": "dict", "suboptions": {"size": {"type": "int", "required": True}}},
}


def entry(examples: str, **parts: Any) -> dict[str, Any]:
    """Return what ansible-doc would say of a plugin."""
    attributes = {key: {"support": "full"} for key in check_docs.ATTRIBUTES}
    return {"doc": {"options": OPTIONS, "attributes": attributes}, "examples": examples, "return": {}} | parts


def problems(examples: str, kind: str = "module") -> list[str]:
    """Return the problems of one plugin with these examples."""
    return check_docs.plugin_problems({kind: {MODULE: entry(examples)}})


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("{name: a}", ""),
        ("{title: a, state: absent}", ""),
        ("{name: a, state: '{{ wanted }}', parts: '{{ parts }}'}", ""),
        ("{name: a, parts: [{size: 1}]}", ""),
        ("{nam: a, name: a}", "has no option nam"),
        ("{state: absent}", "requires the option name"),
        ("{name: a, state: gone}", "has no choice 'gone' for state"),
        ("{name: a, parts: [{size: 1, colour: red}]}", "has no option parts.colour"),
        ("{name: a, parts: [{}]}", "requires the option parts.size"),
    ],
)
def test_an_example_that_does_not_fit_the_options_is_named(arguments: str, problem: str) -> None:
    found = problems(f"- name: Do\n  {MODULE}: {arguments}\n")
    assert [problem in text for text in found] == ([True] if problem else [])


def test_an_example_within_a_play_or_block_is_seen() -> None:
    assert "has no option nam" in problems(f"- hosts: all\n  tasks:\n    - block:\n        - {MODULE}: {{nam: a}}\n")[0]


def test_examples_that_use_another_name_are_named() -> None:
    assert problems("- thing: {name: a}\n") == [f"{MODULE}: no example names it in full, add one"]
    found = problems(f"- {MODULE}: {{name: a}}\n- heatdock.hosts.thnig: {{}}\n")
    assert "heatdock.hosts.thnig, which is no module" in found[0]


@pytest.mark.parametrize("examples", [f"- {MODULE}: [", f"- {MODULE}: {{name: '{{{{ a | }}}}'}}"])
def test_examples_that_do_not_parse_are_named(examples: str) -> None:
    assert "do not parse" in problems(examples)[0]


def test_an_inventory_s_example_is_its_file() -> None:
    assert problems(f"name: {MODULE}\n", "inventory") == []
    assert "has no option size" in problems(f"name: {MODULE}\nsize: 1\n", "inventory")[0]


def test_a_return_value_without_a_sample_is_named() -> None:
    values = {"hosts": {"contains": {"name": {"sample": "a"}, "address": {}}}, "changed": {}}
    assert list(check_docs.return_problems(values)) == ["hosts.address", "changed"]


def test_an_attribute_that_a_module_does_not_state_is_named() -> None:
    module = entry(f"- {MODULE}: {{name: a}}\n", doc={"options": OPTIONS, "attributes": {"check_mode": {}}})
    found = check_docs.plugin_problems({"module": {MODULE: module}})
    assert found == [f"{MODULE}: does not state its attribute {key}, add it" for key in ("diff_mode", "idempotent")]


def test_a_plugin_that_ansible_doc_cannot_read_is_named() -> None:
    found = check_docs.plugin_problems({"module": {MODULE: {"error": "no\ndocumentation"}}})
    assert found == [f"{MODULE}: ansible-doc cannot read it: no documentation"]


def test_what_a_heat_template_does_not_describe_is_named(tmp_path: Path) -> None:
    folder = tmp_path / check_docs.TEMPLATES
    (folder / "environments").mkdir(parents=True)
    (folder / "host.yaml").write_text(
        "description: A host.\nparameters: {image: {label: Image}}\noutputs: {address: {value: x}}\n"
    )
    (folder / "environments/small.yaml").write_text("parameters: {image: a, flavour: b}\n")
    assert check_docs.heat_problems(tmp_path) == [
        "host.yaml: parameters.image has no description, add one",
        "host.yaml: outputs.address has no description, add one",
        "environments/small.yaml: no template has the parameter flavour",
    ]


def test_the_collection_s_own_plugins_are_read() -> None:
    found = check_docs.documented(ROOT)
    assert "heatdock.hosts.stacks" in found["inventory"]
    assert "heatdock.hosts.docker_context" in found["module"]
