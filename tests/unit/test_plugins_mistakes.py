# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Heat has against a template is told before anything is written, with what was probably meant."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import ForbiddenError, HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat
from ansible_collections.heatdock.hosts.plugins.module_utils._mistakes import refuse_template
from ansible_collections.heatdock.hosts.plugins.module_utils._resource_types import ResourceTypes
from memory_cloud import MemoryCloud, declared


class Refusing(MemoryCloud):
    """A Heat that has something against every template."""

    def __init__(self, reason: str, kind: type[HeatdockError] = HeatdockError) -> None:
        super().__init__()
        self.reason, self.kind = reason, kind

    def _answer(self, service: str, method: str, path: str, query: Any, body: Any) -> Any:
        if path in ("/stacks/preview", "/validate"):
            raise self.kind(f"Heat refuses ({self.reason}); correct what it names")
        if path == "/resource_types":
            return {"resource_types": ["OS::Nova::Server", "OS::Neutron::Port"]}
        return super()._answer(service, method, path, query, body)


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("Property error: resources.server.properties: Unknown Property flavour", 'closest is "flavor"'),
        (
            "Property error: resources.security_group.properties.rules[0]: Unknown Property prot",
            'closest is "port"',
        ),
        ("The Resource Type (OS::Nova::Servr) could not be found", 'closest is "OS::Nova::Server"'),
        ('The specified reference "prt" (in server) is incorrect', 'closest is "port"'),
        ("Property error: resources.x.y: The Parameter (imag) was not provided", 'closest is "image"'),
        ('resources.server.condition: Invalid condition "q"', "the template defines none"),
        ("Circular Dependency Found", "correct what it names"),
    ],
)
@pytest.mark.parametrize("new", [True, False])
def test_what_was_probably_meant_is_the_remedy(reason: str, remedy: str, new: bool) -> None:
    heat = Heat(Refusing(reason))
    with pytest.raises(HeatdockError) as caught:
        refuse_template(heat, ResourceTypes(heat), declared(), new=new, check=False)
    assert str(caught.value) == f"Heat refuses ({reason}); {remedy}"


@pytest.mark.parametrize(("new", "check"), [(True, True), (True, False), (False, False)])
def test_who_may_not_have_a_template_judged_may_not_go_on(new: bool, check: bool) -> None:
    heat = Heat(Refusing("not authorized", ForbiddenError))
    with pytest.raises(ForbiddenError):
        refuse_template(heat, ResourceTypes(heat), declared(), new=new, check=check)


def test_a_reader_plans_a_change_without_heats_judgement() -> None:
    heat = Heat(Refusing("not authorized", ForbiddenError))
    refuse_template(heat, ResourceTypes(heat), declared(), new=False, check=True)
