# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""PyYAML, its fast half where it has one. Ansible's own module for that takes as long to import as all of PyYAML.

PRIVATE to the collection.
"""

from __future__ import annotations

from typing import Any

__all__ = ["SafeDumper", "SafeLoader", "yaml"]

try:
    import yaml
except ImportError:
    yaml = None  # type: ignore[assignment]

SafeLoader: Any = getattr(yaml, "CSafeLoader", getattr(yaml, "SafeLoader", None))
SafeDumper: Any = getattr(yaml, "CSafeDumper", getattr(yaml, "SafeDumper", None))
