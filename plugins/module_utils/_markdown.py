# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Markdown that GitLab and GitHub both show, with nothing in it that was not meant as markup.

PRIVATE to the collection.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_[]|~#!"} | {"@": "&#64;"})
"""What would be taken for markup, for an issue's number, or for somebody to be told."""


def fold(title: str, content: str) -> str:
    """Write what is shown once its title is clicked."""
    return f"<details><summary>{html.escape(title)}</summary>\n\n{content}\n\n</details>"


def table(heads: list[str], rows: Iterable[list[str]]) -> str:
    """Write a table."""
    lines = [heads, ["---"] * len(heads), *([text(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def text(value: str) -> str:
    """Write a text so that nothing in it is markup."""
    return html.escape(" ".join(value.split()), quote=False).translate(_SPECIAL)
