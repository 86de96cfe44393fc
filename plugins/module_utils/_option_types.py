# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an option does not take for its type, in sentences: Ansible's own say neither of which host nor all at once.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_bool, check_type_dict, check_type_int, check_type_list
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import quoted, suggestion
from ansible_collections.heatdock.hosts.plugins.module_utils._parameters import HIDDEN


def _text(value: Any) -> str:
    if value is None or isinstance(value, (Mapping, list)):
        raise TypeError
    return str(value)


def _json(value: Any) -> Any:
    return value if isinstance(value, str) else check_type_dict(value)


A_MAP = "a map; write it as in {key: value}"
KINDS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "str": (_text, "a text; write one"),
    "int": (check_type_int, "a whole number; write one"),
    "bool": (check_type_bool, "true or false; write one of the two"),
    "list": (check_type_list, "a list; write it as in [value]"),
    "dict": (check_type_dict, A_MAP),
    "json": (_json, A_MAP),
}
"""By an option's type how Ansible takes a value for it, and what it is not where Ansible does not, with the remedy."""


def value_problems(option: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
    """Say what is wrong with a value, its items and its keys."""
    take, kind = KINDS[option["type"]]
    try:
        taken = take(value)
    except (TypeError, ValueError):
        yield f"{where}{_shown(option, value)} is not {kind}"
        return
    if option["type"] == "list":
        each = {**option, "type": option["elements"]}
        for number, item in enumerate(taken):
            yield from value_problems(each, item, f"{where}[{number}]")
    elif "options" in option:
        yield from _key_problems(option["options"], taken, where)


def _shown(option: Mapping[str, Any], value: Any) -> str:
    """Show what fits a sentence."""
    if option.get("no_log"):
        return f" {HIDDEN}"
    return "" if value is None or isinstance(value, (Mapping, list)) else f" {quoted(value)}"


def _key_problems(options: Mapping[str, Any], given: Mapping[str, Any], where: str) -> Iterator[str]:
    """Say what is wrong with a map whose keys are options."""
    for key in given:
        if key not in options:
            yield f"{where} has the unknown key {quoted(key)}; {suggestion(str(key), options)}"
    for key, option in options.items():
        if given.get(key) is not None:
            yield from value_problems(option, given[key], f"{where}.{key}")
        elif option.get("required"):
            yield f"{where}.{key} is missing; give a value"
