# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one error of the collection, and how its sentences are made.

PRIVATE to the collection.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

_REQUEST_ID = re.compile(r"\s*\(Request-ID:[^)]*\)|\.?\s*Neutron server returns request_ids: \[[^\]]*\]")
_HEAT_PATH = re.compile(r"^(?:Resource \w+ failed: )?(?:[A-Za-z]+: )?resources\.[\w.\[\]]+: ")

NEAREST = 3
ABOUT_AS_NEAR = 0.05


class HeatdockError(Exception):
    """One sentence: the thing, the reason, the remedy."""


class NotFoundError(HeatdockError):
    """What was asked for is not there."""


class StackError(HeatdockError):
    """What was done to a stack did not end well; `row` is the stack as it was last seen, empty when it is gone."""

    def __init__(self, sentence: str, row: Mapping[str, Any], note: str = "") -> None:
        """Take the sentence, the stack, and what else helps to understand."""
        super().__init__(sentence)
        self.row = dict(row)
        self.note = note


class ConflictError(HeatdockError):
    """Someone else was faster: what was to be made is there, or is at work."""


class ForbiddenError(HeatdockError):
    """The service knows who asks, who may not do this."""


class NoAnswerError(HeatdockError):
    """A request went out and no answer came, or one of a broken service: it may have been carried out or not."""


def quoted(value: object) -> str:
    """Show a user's value between double quotes."""
    return f'"{value}"'


def listed(values: Iterable[str], limit: int = 8) -> str:
    """Enumerate quoted values, cut after `limit`."""
    items = [quoted(value) for value in sorted(set(values))]
    more = len(items) - limit
    return ", ".join(items[:limit]) + (f" and {more} more" if more > 0 else "")


def nearest(wrong: str, known: Iterable[str], cutoff: float = 0.5) -> list[str]:
    """Return the known names nearest to a misspelt one, ignoring case: the best, and what is about as near."""
    by_folded = {name.casefold(): name for name in sorted(set(known), reverse=True)}
    near = difflib.get_close_matches(wrong.casefold(), list(by_folded), n=NEAREST, cutoff=cutoff)
    ratios = {by_folded[name]: difflib.SequenceMatcher(None, name, wrong.casefold()).ratio() for name in near}
    kept = [name for name, ratio in ratios.items() if ratio >= max(ratios.values()) - ABOUT_AS_NEAR]
    return sorted(kept, key=lambda name: (-ratios[name], name))


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """Say which known names were probably meant, the closest first, or which names there are."""
    names = sorted(set(known))
    if not names:
        return "there is none"
    near = nearest(wrong, names)
    if not near:
        return f"known are {listed(names)}"
    return f"closest {'is' if len(near) == 1 else 'are'} {', '.join(map(quoted, near))}"


def joined(problems: Iterable[str]) -> HeatdockError:
    """Put all problems found into one error, each its own sentence."""
    return HeatdockError("; ".join(problems))


def plain_reason(reason: str | None) -> str:
    """Strip what Heat wraps around the reason a service gave: resource paths, request ids."""
    text = _REQUEST_ID.sub("", (reason or "").strip()).replace(": : ", ": ")
    while (shorter := _HEAT_PATH.sub("", text)) != text:
        text = shorter
    return " ".join(text.split()).rstrip(".") or "no reason given"
