# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud that shows more stacks and servers than it holds: each is listed several times, as copies of its own.

A fake, since no lab on one machine holds a thousand hosts. What is real: every answer is the cloud's own, asked for at
the moment or once before. A listing is asked for once per copy, so it costs the cloud what so many rows cost; a copy
is read where the original is.
"""

from __future__ import annotations

import json
import math
import re
import threading
import time
import urllib.parse
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.faults.proxy import Answer, Proxy, forwarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.proxy import Call, Fault

COLLECTIONS = {"/stacks": ("stacks", "stack_name"), "/servers/detail": ("servers", "name")}
"""The listings that are multiplied, by how their paths end: their key, and the field with a row's name."""
LONGEST_PAGE = 1000
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


class Copy(NamedTuple):
    """A row's ID and name, and those of the original."""

    id: str
    name: str
    original_id: str
    original_name: str

    def shown(self, text: str) -> str:
        """Return an answer about the original as one about the copy."""
        return text.replace(self.original_id, self.id).replace(f'"{self.original_name}"', f'"{self.name}"')

    def asked(self, url: str) -> str:
        """Return a question about the copy as one about the original."""
        return url.replace(self.id, self.original_id).replace(f"/{self.name}/", f"/{self.original_name}/")


class Copies(Proxy):
    """The way to a cloud that seems to hold `size` of what it holds `real` of."""

    def __init__(self, real: int) -> None:
        """Show what there is, until told otherwise."""
        super().__init__()
        self._real = self.size = real
        self._timing = threading.Lock()
        self._copies: dict[str, Copy] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def begin(self, fault: Callable[[Call, int], Fault | None] | None = None) -> None:
        """Forget the calls so far, and their seconds."""
        super().begin(fault)
        self.seconds = 0.0

    def _forwarded(self, method: str, url: str, headers: Any, body: bytes) -> Answer:
        started = time.monotonic()
        answer = forwarded(method, url, headers, body)
        with self._timing:
            self.seconds += time.monotonic() - started
        return answer

    def answer(self, method: str, url: str, headers: Any, body: bytes) -> Answer:
        """Answer a listing with all copies, and anything else about a copy by its original."""
        parts = urllib.parse.urlsplit(url)
        collection = next((value for path, value in COLLECTIONS.items() if parts.path.endswith(path)), None)
        if method == "GET" and collection:
            return self._page(parts, headers, *collection)
        found = _UUID.search(parts.path)
        copy = self._copies.get(found[0]) if found else None
        if copy is None:
            return self._forwarded(method, url, headers, body)
        answer = self._forwarded(method, copy.asked(url), headers, body)
        return Answer(answer.status, answer.headers, copy.shown(answer.body.decode()).encode())

    def _page(self, parts: urllib.parse.SplitResult, headers: Any, key: str, name: str) -> Answer:
        query = dict(urllib.parse.parse_qsl(parts.query))
        marker, limit = query.pop("marker", None), int(query.pop("limit", LONGEST_PAGE))
        if marker is None:
            self._list(parts, query, headers, key, name)
        rows = self._rows[key]
        start = 1 + next((place for place, row in enumerate(rows) if row["id"] == marker), -1)
        page, left = rows[start : start + limit], rows[start + limit :]
        answer: dict[str, Any] = {key: page}
        if left:
            more = parts._replace(query=urllib.parse.urlencode({**query, "limit": limit, "marker": page[-1]["id"]}))
            answer["links" if key == "stacks" else f"{key}_links"] = [{"rel": "next", "href": more.geturl()}]
        return Answer(200, [("Content-Type", "application/json")], json.dumps(answer).encode())

    def _list(self, parts: urllib.parse.SplitResult, query: dict[str, str], headers: Any, key: str, name: str) -> None:
        asked = urllib.parse.urlencode({**query, "limit": min(self.size, self._real)})
        self._rows[key] = []
        for number in range(math.ceil(self.size / self._real)):
            answer = self._forwarded("GET", parts._replace(query=asked).geturl(), headers, b"")
            self._rows[key] += [self._copied(number, row, name) for row in json.loads(answer.body)[key]]

    def _copied(self, number: int, row: dict[str, Any], name: str) -> dict[str, Any]:
        if not number:
            return row
        copy = Copy(f"{number:08x}{row['id'][8:]}", f"{row[name]}-copy{number}", row["id"], row[name])
        self._copies[copy.id] = copy
        return dict(json.loads(copy.shown(json.dumps(row))))


class Recorded(Copies):
    """The same from a record: each question is put to the cloud once, and has the same answer from then on.

    What a reader takes then is its own time, and no more the cloud's.
    """

    def __init__(self, real: int) -> None:
        """Begin with an empty record."""
        super().__init__(real)
        self._record: dict[tuple[int, str, str, bytes], Answer] = {}

    def answer(self, method: str, url: str, headers: Any, body: bytes) -> Answer:
        """Answer from the record, or ask for what is not on it."""
        question = (self.size, method, url, body)
        if question not in self._record:
            self._record[question] = super().answer(method, url, headers, body)
        return self._record[question]
