# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file on the controller, replaced in one step, and never readable by more than it is to be.

PRIVATE to the collection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace_file(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Have a file hold the content; whoever reads it meanwhile sees the old one or the new one, whole."""
    draft = path.with_name(f".heatdock.{path.name}")
    draft.unlink(missing_ok=True)
    draft.touch(mode)
    draft.write_bytes(content)
    draft.replace(path)
