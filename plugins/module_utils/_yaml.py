# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""PyYAML, its fast half where it has one. Ansible's own module for that takes as long to import as all of PyYAML.

PRIVATE to the collection.
"""

from __future__ import annotations

HAS_YAML = True
try:
    import yaml
except ImportError:
    HAS_YAML = False
else:
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    SafeDumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
