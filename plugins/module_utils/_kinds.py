# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resource types that a plan has rules of its own for.

PRIVATE to the collection.
"""

from __future__ import annotations

SERVER = "OS::Nova::Server"
PORT = "OS::Neutron::Port"
FLOATING_IP = "OS::Neutron::FloatingIP"
SECURITY_GROUP = "OS::Neutron::SecurityGroup"
WAIT_CONDITION = "OS::Heat::WaitCondition"
WAIT_HANDLES = ("OS::Heat::WaitConditionHandle", "OS::Heat::SwiftSignalHandle")
ALWAYS_REPLACED = ("OS::Heat::UpdateWaitConditionHandle",)
NEVER_TOUCHED = ("OS::Heat::None",)
