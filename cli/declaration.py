# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes hosts into the fleet's inventory/hosts.yml and takes them out again; comments and order stay."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._replaced_file import replace_file
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

GROUP = "docker_hosts"
WIDTH = 120


def add(path: Path, name: str, variables: Mapping[str, Any]) -> None:
    """Declare a host, last in its group."""
    yaml, document = _read(path)
    group = document.setdefault(GROUP, CommentedMap())
    if group is None:
        group = document[GROUP] = CommentedMap()
    if group.get("hosts") is None:
        group["hosts"] = CommentedMap()
    group["hosts"][name] = CommentedMap(variables) if variables else None
    _write(path, yaml, document)


def variables_of(path: Path, name: str) -> dict[str, Any] | None:
    """Return what a host has of its own; None when the file does not declare it."""
    _yaml, document = _read(path)
    for hosts in _hosts(document):
        if name in hosts:
            return dict(hosts[name] or {})
    return None


def remove(path: Path, names: Iterable[str]) -> None:
    """Take hosts out, in whatever groups they are."""
    yaml, document = _read(path)
    gone = False
    for hosts in _hosts(document):
        for name in names:
            gone = hosts.pop(name, _ABSENT) is not _ABSENT or gone
    if gone:
        _write(path, yaml, document)


_ABSENT = object()
_FLUSH = re.compile(r"^( *)[^\s#-][^\n]*:[ ]*\n\1- ", re.MULTILINE)
"""A list whose items stand no deeper than its name; else they stand two deeper, as the project writes them."""


def _hosts(groups: Any) -> Iterator[CommentedMap]:
    """Find the lists of hosts in groups and in the groups below them."""
    for group in (groups or {}).values():
        if isinstance(group, dict):
            if isinstance(group.get("hosts"), dict):
                yield group["hosts"]
            yield from _hosts(group.get("children"))


def _read(path: Path) -> tuple[YAML, CommentedMap]:
    text = path.read_text(encoding="utf-8")
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.explicit_start = text.startswith("---") or "\n---" in text
    if not _FLUSH.search(text):
        yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        document = yaml.load(text)
    except YAMLError as error:
        raise HeatdockError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    if document is None:
        document = CommentedMap()
    if not isinstance(document, CommentedMap):
        raise HeatdockError(f"{path} is no inventory: it holds no groups")
    return yaml, document


def _write(path: Path, yaml: YAML, document: CommentedMap) -> None:
    text = io.StringIO()
    yaml.dump(document, text)
    path = path.resolve()  # not the link to it
    replace_file(path, text.getvalue().encode(), path.stat().st_mode & 0o777)
