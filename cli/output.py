# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables, and the formats that users of the docker client know: `table …`, `json`, and a template."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

GAP = "   "
COLOURS = {"Running": "green", "Error": "red", "Stopped": "dim", "Declared": "dim"}
_FIELD = re.compile(r"\{\{-?\s*\.(\w+)\s*-?\}\}")
_ESCAPES = {r"\t": "\t", r"\n": "\n"}


def show_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows under their columns' names: in colour on a terminal, and as plain text elsewhere."""
    cells = [[_cell(row[column]) for column in columns] for row in rows]
    if sys.stdout.isatty():
        _show_colours(columns, cells)
        return
    for line in _aligned([[column.upper() for column in columns], *cells]):
        print(line)


def show(rows: Sequence[Mapping[str, Any]], template: str) -> None:
    """Print each row as a template says: `json`, a template, or a template of a table."""
    if template == "json":
        for row in rows:
            print(json.dumps(row))
        return
    from cli.template import compiled

    text = _unescaped(template.removeprefix("table "))
    lines = [compiled(text)(row) for row in rows]
    if not template.startswith("table "):
        for line in lines:
            print(line)
        return
    header = _FIELD.sub(lambda found: found[1].upper(), text)
    for line in _aligned([line.split("\t") for line in [header, *lines]]):
        print(line)


def _unescaped(text: str) -> str:
    """Take a tab and a line's end as they are written in a shell for what they stand for, as the docker client does."""
    for written, meant in _ESCAPES.items():
        text = text.replace(written, meant)
    return text


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "*" if value else ""
    return str(value)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Pad cells so that columns stand below one another."""
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows)))]
    for row in rows:
        yield GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()


def _show_colours(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, len(GAP), 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column.upper(), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in row))
    Console(highlight=False).print(table)
