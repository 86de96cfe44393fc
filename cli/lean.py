# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenStack libraries without what this program does not use: half a second less at each start.

`import openstack` brings the SDK's calls of some thirty services. The collection uses its reading of clouds.yaml alone,
`openstack.config`, so the package is put in place without its first file being run, in this program's process alone.
What all those calls are made of, `openstack.proxy`, is there by name, as annotations of `openstack.config` need it.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

PACKAGE, CALLS = "openstack", "openstack.proxy"


def prepare() -> None:
    """Have `openstack.config` imported alone; where the SDK is missing, the import itself says so."""
    spec = importlib.util.find_spec(PACKAGE) if PACKAGE not in sys.modules else None
    if spec:
        sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
        calls = ModuleType(CALLS)
        calls.__dict__.update(Proxy=object, ProxyT=object)
        sys.modules[CALLS] = sys.modules[PACKAGE].__dict__["proxy"] = calls
