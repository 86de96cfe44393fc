# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of cases that run side by side before their tests look at what came of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def asked_for(request: pytest.FixtureRequest) -> set[str]:
    """Name the cases that the selected tests of the module ask for."""
    items = [item for item in request.session.items if item.path == request.path]
    return {item.callspec.params["name"] for item in items if hasattr(item, "callspec")}
