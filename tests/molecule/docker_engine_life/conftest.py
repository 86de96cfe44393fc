# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same witness as in the scenario docker_engine."""

from __future__ import annotations

from tests.molecule.docker_engine.conftest import runs_on, witness

__all__ = ["runs_on", "witness"]
