# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests on the lab share."""

from __future__ import annotations

from surroundings import admin, agent, cloud, demo, fleet

__all__ = ["admin", "agent", "cloud", "demo", "fleet"]
