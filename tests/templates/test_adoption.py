# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that was made from the short template is taken over with the full one, and nothing of it is touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._plan import plan_update
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source, load_template
from tests.templates.resolved_stacks import HOST, TEMPLATES

SHORT, FULL = (load_template(str(Path(TEMPLATES) / f"{name}.yaml")) for name in ("docker-host", "docker-host-full"))
SHAPES: dict[str, dict[str, Any]] = {
    "as most are": {},
    "private": {"floating_network": ""},
    "from a volume": {"boot_volume_size": 20},
    "with much of its own": {
        "security_groups": "web,db",
        "registry_mirrors": "https://mirror.example",
        "engine_options": {"debug": True, "userland-proxy": None},
        "hardening": "strict",
        "engine_source": "docker",
        "cloud_config": "#cloud-config\npackages: [jq]\n",
        "ready_timeout": 1200,
    },
}


def stack(template: dict[str, Any], **given: Any) -> Source:
    return Source(template, {**HOST, **given}, stack_name="web1")


@pytest.mark.parametrize("shape", SHAPES)
def test_no_resource_is_touched_and_the_stack_is_updated_once(shape: str) -> None:
    before, after = stack(SHORT, **SHAPES[shape]), stack(FULL, **SHAPES[shape])
    plan = plan_update(before, after, {})
    assert plan.touched == []
    assert plan.changed
    assert not plan_update(after, after, {}).changed


def test_what_is_declared_besides_is_seen() -> None:
    plan = plan_update(stack(SHORT), stack(FULL, availability_zone="east", extra_networks=["second"]), {})
    assert {item.name for item in plan.touched} == {"extra_port_0", "fixed", "server"}
