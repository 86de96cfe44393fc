# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand in for the pip bootstrap that ansible-test fetches from its own server: take the pip that Python brings."""

from __future__ import annotations

import ensurepip

ensurepip.bootstrap()
