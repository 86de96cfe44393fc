# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates as users of the docker client write them, by Jinja: Go's spelling is put into Jinja's.

What is known: `{{.Field.Deeper}}`, `{{json .Field}}` and the other functions below, pipes, `{{index .Map "key"}}`,
`{{range .List}} … {{end}}`, `{{if .Field}} … {{else}} … {{end}}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, quoted, suggestion
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

FUNCTIONS: dict[str, Callable[..., str]] = {
    "json": json.dumps,
    "prettyjson": lambda value: json.dumps(value, indent=4),
    "join": lambda value, separator: str(separator).join(map(str, value)),
    "lower": lambda value: str(value).lower(),
    "upper": lambda value: str(value).upper(),
    "title": lambda value: str(value).title(),
    "len": lambda value: str(len(value)),
    "println": lambda value: f"{value}\n",
}
_ACTION = re.compile(r"\{\{(-?)\s*(.*?)\s*(-?)\}\}", re.DOTALL)
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\||[^\s|]+')
_PATH = re.compile(r"\.(\w+(?:\.\w+)*)?")
_NUMBER = re.compile(r"-?\d+")
ITEM = "item"


def compiled(text: str) -> Callable[[Mapping[str, Any]], str]:
    """Return what renders a row by a template."""
    environment = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters = {**FUNCTIONS}
    environment.finalize = _as_go_prints
    try:
        template = environment.from_string(_jinja(text))
    except TemplateError as error:
        raise HeatdockError(f"--format {quoted(text)}: {error}") from error

    def rendered(row: Mapping[str, Any]) -> str:
        try:
            return template.render({ITEM: row})
        except (TemplateError, TypeError) as error:
            raise HeatdockError(f"--format {quoted(text)}: {error}; fields are {', '.join(row)}") from error

    return rendered


def _as_go_prints(value: Any) -> Any:
    """Write truths, and what has no value, as Go does."""
    if value is None:
        return "<no value>"
    return str(value).lower() if isinstance(value, bool) else value


def _jinja(text: str) -> str:
    """Put a template into Jinja's spelling."""
    open_blocks: list[str] = []
    parts, at = [], 0
    for action in _ACTION.finditer(text):
        parts += [_literal(text[at : action.start()]), _action(text, action, open_blocks)]
        at = action.end()
    rest = text[at:]
    if "{{" in rest or open_blocks:
        raise HeatdockError(f"--format {quoted(text)}: {'an {{end}}' if open_blocks else '}}'} is missing")
    return "".join([*parts, _literal(rest)])


def _literal(text: str) -> str:
    """Keep what is Jinja's own, and none of Go's, from meaning anything."""
    return "{% raw %}" + text + "{% endraw %}" if "{%" in text or "{#" in text else text


def _action(text: str, action: re.Match[str], open_blocks: list[str]) -> str:
    """Put one action into Jinja's spelling."""
    left, inner, right = action[1], action[2], action[3]
    word, _space, rest = inner.partition(" ")
    if word == "end":
        if not open_blocks:
            raise HeatdockError(f"--format {quoted(text)}: an {{{{end}}}} ends nothing")
        inner = f"end{open_blocks.pop()}"
    elif word in ("range", "if"):
        open_blocks.append("for" if word == "range" else "if")
        value = _expression(text, rest)
        inner = f"for {ITEM} in {value}" if word == "range" else f"if {value}"
    elif word != "else":
        return f"{{{{{left} {_expression(text, inner)} {right}}}}}"
    return f"{{%{left} {inner} {right}%}}"


def _expression(text: str, inner: str) -> str:
    """Put a pipeline into Jinja's spelling: the value, then what is done to it."""
    words = _WORD.findall(inner)
    stages: list[list[str]] = [[]]
    for word in words:
        if word == "|":
            stages.append([])
        else:
            stages[-1].append(word)
    value = ""
    for stage in stages:
        if not stage:
            raise HeatdockError(f"--format {quoted(text)}: {{{{{inner}}}}} says nothing")
        value = _stage(text, stage, value)
    return value


def _stage(text: str, stage: list[str], piped: str) -> str:
    name, *arguments = stage
    if name == "index" and arguments:
        values = [_value(text, item) for item in arguments]
        return values[0] + "".join(f"[{item}]" for item in values[1:])
    if name not in FUNCTIONS:
        if arguments or piped or not _is_value(name):
            raise HeatdockError(f"--format {quoted(text)}: no function {quoted(name)}; {suggestion(name, FUNCTIONS)}")
        return _value(text, name)
    values = [_value(text, item) for item in arguments]
    subject = piped or (values.pop(0) if values else f"{ITEM}")
    return f"({subject} | {name}{'(' + ', '.join(values) + ')' if values else ''})"


def _is_value(word: str) -> bool:
    return bool(_PATH.fullmatch(word) or _NUMBER.fullmatch(word) or word.startswith('"'))


def _value(text: str, word: str) -> str:
    """Put a field, a text or a number into Jinja's spelling."""
    if path := _PATH.fullmatch(word):
        return "".join([ITEM, *(f'["{name}"]' for name in (path[1] or "").split(".") if name)])
    if not _is_value(word):
        raise HeatdockError(f"--format {quoted(text)}: {quoted(word)} is no field; write .{word.lstrip('.')}")
    return word
