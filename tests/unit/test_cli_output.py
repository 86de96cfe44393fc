# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables and formats, as the docker client has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

from cli import output
from cli.template import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS: list[dict[str, Any]] = [
    {"Name": "default", "Active": True, "URL": ""},
    {"Name": "web1", "Active": False, "URL": "tcp://203.0.113.5:2376"},
]
HOST: dict[str, Any] = {
    "Name": "web1",
    "Active": True,
    "Nothing": None,
    "Labels": ["a", "b"],
    "Outputs": {"address": "203.0.113.5", "ssh-port": 22},
    "Resources": [{"name": "server"}, {"name": "port"}],
}


def test_a_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_table(ROWS, ["Name", "Active", "URL"])
    assert capsys.readouterr().out == (
        "NAME      ACTIVE   URL\n"
        "default   *\n"
        "web1               tcp://203.0.113.5:2376\n"
    )  # fmt: skip


def test_a_template_of_a_table_has_a_heading(capsys: pytest.CaptureFixture[str]) -> None:
    output.show(ROWS, r"table {{.Name}}\t{{.URL}}")
    assert capsys.readouterr().out == "NAME      URL\ndefault\nweb1      tcp://203.0.113.5:2376\n"


def test_json_is_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    output.show(ROWS, "json")
    assert capsys.readouterr().out.splitlines()[0] == '{"Name": "default", "Active": true, "URL": ""}'


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.Name}}", "web1"),
        ("{{ .Name }} is here", "web1 is here"),
        ("{{.Outputs.address}}", "203.0.113.5"),
        ("{{json .Labels}}", '["a", "b"]'),
        ("{{.Labels | json}}", '["a", "b"]'),
        ("{{prettyjson .Labels}}", '[\n    "a",\n    "b"\n]'),
        ('{{join .Labels "-"}}', "a-b"),
        ("{{upper .Name}}", "WEB1"),
        ("{{.Name | upper | lower}}", "web1"),
        ("{{len .Labels}}", "2"),
        ('{{index .Outputs "ssh-port"}}', "22"),
        ("{{index .Labels 1}}", "b"),
        ("{{range .Resources}}{{.name}} {{end}}", "server port "),
        ("{{range .Labels}}<{{.}}>{{end}}", "<a><b>"),
        ("{{if .Active}}yes{{else}}no{{end}}", "yes"),
        ("{{.Active}}", "true"),
        ("{{.Nothing}}", "<no value>"),
        ("{% if %} {# kept #}", "{% if %} {# kept #}"),
        ("plain", "plain"),
    ],
)
def test_go_s_spelling_is_understood(template: str, text: str) -> None:
    assert compiled(template)(HOST) == text


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{.Nmae}}", "fields are Name, Active"),
        ("{{.Name", "}} is missing"),
        ("{{if .Name}}x", "an {{end}} is missing"),
        ("{{end}}", "ends nothing"),
        ("{{jsn .Name}}", 'no function "jsn"; closest is "json"'),
        ("{{json Name}}", "no field; write .Name"),
        ("{{}}", "says nothing"),
    ],
)
def test_what_is_wrong_with_a_template_is_one_sentence(template: str, words: str) -> None:
    with pytest.raises(HeatdockError) as caught:
        render(template, HOST)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def render(template: str, row: Mapping[str, Any]) -> str:
    return compiled(template)(row)


def test_a_template_cannot_reach_into_python() -> None:
    with pytest.raises(HeatdockError):
        render("{{.Name.__class__.__mro__}}", HOST)
