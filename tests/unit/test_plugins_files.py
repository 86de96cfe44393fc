# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stack's files are read as heatclient reads them; what is wrong with one is a sentence that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._files import load_source
from ansible_collections.heatdock.hosts.plugins.module_utils._nested import nested_problems
from ansible_collections.heatdock.hosts.plugins.module_utils._template import inputs_tag

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 'heat_template_version: "2018-08-31"\n'
TEMPLATE = (
    VERSION
    + """
parameters:
  size: {type: number, default: 1}
  map: {type: json, default: {}}
resources:
  child: {type: child.yaml}
  aliased: {type: My::Child}
  text: {type: OS::Heat::Value, properties: {value: {get_file: text.txt}}}
"""
)
CHILD = VERSION + "resources: {plain: {type: 'OS::Heat::Value', properties: {value: 1}}}\n"
FILES = {
    "main.yaml": TEMPLATE,
    "child.yaml": CHILD,
    "text.txt": "a text",
    "first.yaml": "parameters: {size: 2, map: {a: 1, b: 1}}\nresource_registry: {'My::Child': child.yaml}\n",
    "second.yaml": "parameters: {map: {b: 2}}\nparameter_defaults: {other: 2026-01-31}\n",
}


def written(folder: Path, **changes: str) -> Path:
    """Write the files, some of them changed; a name's dot is written as two underscores."""
    folder.mkdir(exist_ok=True)
    for name, text in (FILES | {key.replace("__", "."): text for key, text in changes.items()}).items():
        (folder / name).write_text(text)
    return folder


def test_environments_are_merged_and_given_parameters_win(tmp_path: Path) -> None:
    folder = written(tmp_path)
    environments = [str(folder / name) for name in ("first.yaml", "second.yaml")]
    source = load_source("web", str(folder / "main.yaml"), environments, {"size": 3, "map": None})
    assert source.parameters == {"size": 3, "map": {"a": 1, "b": 2}}
    assert source.parameter_defaults == {"other": "2026-01-31"}
    assert source.registry == {"My::Child": (folder / "child.yaml").as_uri()}
    assert set(source.files) == {(folder / name).as_uri() for name in ("child.yaml", "text.txt")}
    assert source.template["resources"]["child"]["type"] == (folder / "child.yaml").as_uri()
    assert source.stack_name == "web"


def test_the_digest_tells_what_files_hold_not_where_they_lie(tmp_path: Path) -> None:
    def tag(folder: Path) -> str:
        return inputs_tag(load_source("web", str(folder / "main.yaml"), [str(folder / "first.yaml")], {}))

    first, second = written(tmp_path / "a"), written(tmp_path / "b")
    changed = written(tmp_path / "c", child__yaml=CHILD.replace("value: 1", "value: 2"))
    assert tag(first) == tag(second)
    assert tag(first) != tag(changed)


BAD = {
    "no template": (
        {"main__yaml": ""},
        "template {0}/main.yaml has no heat_template_version; give the path of a HOT file",
    ),
    "bad YAML": ({"main__yaml": VERSION + "a: [\n"}, "template {0}/main.yaml is not valid YAML at line 3; correct it"),
    "a list": (
        {"main__yaml": "- 1"},
        "template {0}/main.yaml has no heat_template_version; give the path of a HOT file",
    ),
    "resources": (
        {"main__yaml": VERSION + "resources: [a]"},
        "template {0}/main.yaml: its resources are not a map of maps; correct them",
    ),
    "no type": (
        {"main__yaml": VERSION + "resources: {a: {properties: {}}}"},
        'template {0}/main.yaml: resource "a" has no type; give it one',
    ),
    "environment": ({"first__yaml": "a: ["}, "environment {0}/first.yaml is not valid YAML at line 2; correct it"),
    "environment's sections": (
        {"first__yaml": "parameter: {}"},
        'environment {0}/first.yaml has an unknown section "parameter"; closest is "parameters"',
    ),
    "environment's types": (
        {"first__yaml": "parameters: [a]"},
        "environment {0}/first.yaml: its parameters are not a map; correct them",
    ),
    "environment as a list": (
        {"first__yaml": "- a"},
        (
            "environment {0}/first.yaml is not a map of sections; "
            "known are parameters, parameter_defaults, resource_registry, event_sinks"
        ),
    ),
    "nested file": (
        {"main__yaml": VERSION + "resources: {a: {type: none.yaml}}"},
        "file {0}/none.yaml, to which {0}/main.yaml or an environment refers, cannot be read; correct its path",
    ),
    "text file": (
        {"main__yaml": TEMPLATE.replace("text.txt", "none.txt")},
        "file {0}/none.txt, to which {0}/main.yaml or an environment refers, cannot be read; correct its path",
    ),
    "registered file": (
        {"first__yaml": "resource_registry: {'My::Child': none.yaml}"},
        "file {0}/none.yaml, to which {0}/main.yaml or an environment refers, cannot be read; correct its path",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_one_sentence(tmp_path: Path, case: str) -> None:
    changes, sentence = BAD[case]
    folder = written(tmp_path, **changes)
    with pytest.raises(HeatdockError) as error:
        load_source("web", str(folder / "main.yaml"), [str(folder / "first.yaml")], {})
    assert str(error.value) == sentence.format(folder)


def test_a_nested_template_that_is_none_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path, child__yaml="resources: [\n")
    source = load_source("web", str(folder / "main.yaml"), [str(folder / "first.yaml")], {})
    assert nested_problems(source) == [
        f"nested template {folder}/child.yaml is not valid YAML or has no heat_template_version; correct it"
    ]
