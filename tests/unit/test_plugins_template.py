# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates are resolved as Heat's engine resolves them; what only it knows stays as it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    Call,
    Resolver,
    Source,
    load_template,
    missing_parameters,
    references,
    typed_parameter,
)

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE: dict[str, Any] = {
    "parameters": {
        "name": {"type": "string", "default": "web"},
        "list": {"type": "comma_delimited_list", "default": "a,b"},
        "map": {"type": "json", "default": {"k": [1, 2]}},
        "flag": {"type": "boolean", "default": "yes"},
        "count": {"type": "number", "default": "3"},
        "needed": {"type": "string"},
    },
    "conditions": {
        "on": {"get_param": "flag"},
        "named": {"equals": [{"get_param": "name"}, "web"]},
        "neither": {"not": {"or": ["on", "named"]}},
        "both": {"and": ["on", {"not": "neither"}]},
    },
}


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ({"get_param": "list"}, ["a", "b"]),
        ({"get_param": ["map", "k", 1]}, 2),
        ({"get_param": ["map", "absent"]}, ""),
        ({"get_param": "count"}, 3),
        ({"get_param": "OS::stack_name"}, "web1"),
        ({"if": ["both", "yes", "no"]}, "yes"),
        ({"if": ["neither", "yes", "no"]}, "no"),
        ([1, {"if": ["neither", 2]}], [1]),
        ({"a": {"if": ["neither", 2]}, "b": 1}, {"b": 1}),
        ({"str_replace": {"template": "aa a", "params": {"a": 1, "aa": True}}}, "True 1"),
        ({"str_replace": {"template": "x", "params": {"x": {"b": 1, "a": None}}}}, '{"a": null, "b": 1}'),
        ({"list_join": ["-", {"get_param": "list"}, ["c", None]]}, "a-b-c-"),
        ({"str_split": [",", "x,y", 1]}, "y"),
        ({"repeat": {"for_each": {"%x%": ["1", "2"], "%y%": ["a"]}, "template": "%x%%y%"}}, ["1a", "2a"]),
        (
            {
                "repeat": {
                    "for_each": {"%x%": ["1", "2"], "%y%": ["a", "b"]},
                    "template": "%x%%y%",
                    "permutations": False,
                }
            },
            ["1a", "2b"],
        ),
        ({"map_merge": [{"a": 1, "b": 1}, None, {"b": 2}]}, {"a": 1, "b": 2}),
        ({"map_replace": [{"a": "x"}, {"keys": {"a": "b"}, "values": {"x": "y"}}]}, {"b": "y"}),
        ({"list_concat": [["a"], None, ["a"]]}, ["a", "a"]),
        ({"list_concat_unique": [["a"], ["a", "b"]]}, ["a", "b"]),
        ({"filter": [["a"], ["a", "b"]]}, ["b"]),
        ({"digest": ["md5", "x"]}, "9dd4e461268c8034f5c8564e155c67a6"),
        (
            {"yaql": {"expression": "$.data", "data": {"get_param": "name"}}},
            Call("yaql", {"expression": "$.data", "data": "web"}),
        ),
        (
            {"list_concat": [["a"], [{"get_resource": "port"}], None, [], ["b"]]},
            ["a", Call("get_resource", "port"), "b"],
        ),
        (
            {"list_concat": [["a"], ["b"], {"get_attr": ["port", "ips"]}, []]},
            Call("list_concat", [["a", "b"], Call("get_attr", ["port", "ips"])]),
        ),
        ({"list_concat": [{"get_attr": ["port", "ips"]}, []]}, Call("get_attr", ["port", "ips"])),
        (
            {"map_merge": [{"a": 1}, {"a": {"get_resource": "port"}}, {}]},
            {"a": Call("get_resource", "port")},
        ),
        (
            {"list_join": [",", [{"get_attr": ["port", "id"]}]]},
            Call("list_join", [",", [Call("get_attr", ["port", "id"])]]),
        ),
    ],
)
def test_functions_resolve_as_in_heat(snippet: Any, expected: Any) -> None:
    assert Resolver(Source(TEMPLATE, stack_name="web1")).value(snippet) == expected


def test_references_are_found_at_any_depth() -> None:
    value = Call("list_join", [",", [Call("get_resource", "a"), {"x": Call("get_attr", ["b", "c", 0])}]])
    assert list(references(value)) == [("a", None), ("b", "c")]


def test_missing_parameters_are_named() -> None:
    assert missing_parameters(Source(TEMPLATE)) == ["needed"]


def test_a_parameter_of_the_wrong_type_is_one_sentence() -> None:
    with pytest.raises(HeatdockError, match='parameter count is not a number: "many"'):
        Resolver(Source(TEMPLATE, {"count": "many"}))


def test_an_unknown_condition_is_an_error() -> None:
    with pytest.raises(HeatdockError, match='condition "of" is not defined'):
        Resolver(Source(TEMPLATE)).holds("of")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "cannot be read"),
        ("a: [", "is not valid YAML at line"),
        ("a: 1", "has no resources section"),
    ],
)
def test_a_bad_template_file_is_named_with_its_reason(tmp_path: Path, text: str | None, reason: str) -> None:
    path = tmp_path / "host.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(HeatdockError, match=reason):
        load_template(str(path))


def test_a_date_stays_the_text_heat_stores(tmp_path: Path) -> None:
    path = tmp_path / "host.yaml"
    path.write_text("heat_template_version: 2018-08-31\nresources: {80: {type: OS::Heat::None}}\n")
    template = load_template(str(path))
    assert template["heat_template_version"] == "2018-08-31"
    assert list(template["resources"]) == ["80"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("json", {"******": "******"}),
        ("comma_delimited_list", ["******"]),
        ("number", "******"),
        ("boolean", "******"),
        ("string", "******"),
    ],
)
def test_a_value_that_heat_hides_is_of_its_kind(kind: str, expected: Any) -> None:
    assert typed_parameter("secret", kind, "******") == expected
