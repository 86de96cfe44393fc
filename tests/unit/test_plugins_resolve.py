# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a declaration names is found by name or ID; what is not there, or not alone, is told in one sentence."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat
from ansible_collections.heatdock.hosts.plugins.module_utils._resolve import Names, read_names
from ansible_collections.heatdock.hosts.plugins.module_utils._resource_types import ResourceTypes
from ansible_collections.heatdock.hosts.plugins.module_utils._sources import kept_spelling
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source
from memory_cloud import COLLECTIONS, MemoryCloud, declared

if TYPE_CHECKING:
    from collections.abc import Sequence

HIDDEN_ID = "6e0a3f0e-54dc-4c6c-9a4e-0d1c5a2b7a11"


def names_of(sources: Sequence[Source], cloud: MemoryCloud | None = None) -> Names:
    cloud = cloud or MemoryCloud()
    return read_names(cloud, ResourceTypes(Heat(cloud)), sources)


def problems_of(**changes: Any) -> list[str]:
    source = declared(**changes)
    return names_of([source]).problems(source)


def things(cloud: MemoryCloud) -> list[str]:
    """Return what was asked of the other services than Heat."""
    return [path for service, _method, path in cloud.calls if service != "orchestration"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"image": "i-13"},
        {"image": "i-twin-2"},
        {"flavor": "2"},
        {"network": "n-1", "floating_network": "n-2"},
    ],
)
def test_names_and_ids_are_both_found(changes: dict[str, Any]) -> None:
    assert problems_of(**changes) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"flavor": "dockr.large"}, 'flavor "dockr.large" not found in project demo; closest is "docker.large"'),
        ({"key_name": "mine"}, 'key pair "mine" (key_name) not found in project demo; known are "heatdock"'),
        ({"network": "privat"}, 'network "privat" not found in project demo; closest is "private"'),
        (
            {"floating_network": "private"},
            'network "private" is not external (floating_network); known are "public"',
        ),
        (
            {"floating_network": "pubic"},
            'external network "pubic" (floating_network) not found in project demo; closest is "public"',
        ),
        ({"image": "twin"}, '2 images are named "twin"; use an ID: i-twin-1, i-twin-2'),
        ({"image": "debian-15"}, 'image "debian-15" is queued, not active; closest are "debian-13", "debian-14"'),
        ({"image": "debian 1"}, 'image "debian 1" not found in project demo; closest are "debian-13", "debian-14"'),
        (
            {"flavor": "nano"},
            'image "debian-13" needs a disk of 2 GiB, flavor "nano" has 1 GiB; choose a larger flavor',
        ),
        ({"image": HIDDEN_ID}, f'image "{HIDDEN_ID}" not found in project demo; known are "debian-13", '),
    ],
)
def test_what_cannot_be_used_is_named_with_the_remedy(changes: dict[str, Any], sentence: str) -> None:
    assert problems_of(**changes)[0].startswith(sentence)


def test_a_mistyped_id_is_near_to_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    image = {"id": HIDDEN_ID, "name": "one", "status": "active"}
    monkeypatch.setitem(COLLECTIONS, ("image", "/images"), ("images", [image]))
    wrong = HIDDEN_ID.replace("54dc", "54dd")
    assert problems_of(image=wrong) == [f'image "{wrong}" not found in project demo; closest is "{HIDDEN_ID}"']


def test_an_image_that_listings_hide_is_found_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = {"id": HIDDEN_ID, "name": "community", "status": "active"}
    monkeypatch.setattr(MemoryCloud, "_things", answering_also(f"/images/{HIDDEN_ID}", hidden))
    assert problems_of(image=HIDDEN_ID) == []


def answering_also(path: str, answer: Any) -> Any:
    """Return what answers as before, and one path more."""
    before = MemoryCloud._things

    def things_of(cloud: MemoryCloud, service: str, asked: str, query: Sequence[tuple[str, str]]) -> Any:
        return answer if asked == path else before(cloud, service, asked, query)

    return things_of


def with_address(address: str) -> Source:
    """Return a host whose port is given an address."""
    source = declared(address=address)
    source.template = copy.deepcopy(source.template)
    source.template["parameters"]["address"] = {"type": "string"}
    source.template["resources"]["port"]["properties"]["fixed_ips"] = [{"ip_address": {"get_param": "address"}}]
    return source


@pytest.mark.parametrize("address", ["10.0.0.7", "2001:db8::7"])
def test_a_fixed_address_is_in_a_subnet_of_its_network(address: str) -> None:
    cloud = MemoryCloud()
    source = with_address(address)
    assert names_of([source], cloud).problems(source) == []
    assert things(cloud).count("/subnets") == 1


def test_a_fixed_address_of_another_network_is_refused() -> None:
    source = with_address("203.0.113.7")
    (problem,) = names_of([source]).problems(source)
    assert problem == (
        'address "203.0.113.7" is in no subnet of network "private", which has 10.0.0.0/24, 2001:db8::/64; '
        "choose another address"
    )


def test_an_id_means_the_same_as_its_name_unless_the_name_is_ambiguous() -> None:
    ids = names_of([declared(), declared(image="twin")]).same_ids()
    assert ids["image"]["debian-13"] == "i-13"
    assert "twin" not in ids["image"]
    assert ids["key_name"] == {"heatdock": "heatdock"}
    assert set(ids) == {"image", "flavor", "key_name", "network", "floating_network"}


def test_nothing_is_asked_that_no_host_names() -> None:
    cloud = MemoryCloud()
    source = declared()
    source.template = {
        "parameters": {"size": {"type": "string", "constraints": [{"custom_constraint": "nova.flavor"}]}},
        "resources": {},
    }
    source.parameters = {"size": "docker.small"}
    assert names_of([source], cloud).problems(source) == []
    assert things(cloud) == ["/flavors/detail"]


def test_each_kind_is_asked_for_once_for_all_hosts_unless_something_is_not_there() -> None:
    cloud = MemoryCloud()
    hosts = [declared(f"web{number}", image=f"debian-1{number % 2 + 3}") for number in range(50)]
    names_of(hosts, cloud)
    assert sorted(things(cloud)) == ["/flavors/detail", "/images", "/networks", "/os-keypairs"]
    cloud.calls.clear()
    names_of([*hosts, declared("web50", image="debain-13")], cloud)
    assert sorted(things(cloud)) == ["/flavors/detail", "/images", "/images", "/networks", "/os-keypairs"]


def test_of_ten_thousand_images_only_the_named_ones_travel(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [{"id": f"i-{number}", "name": f"image-{number}", "status": "active"} for number in range(10000)]
    monkeypatch.setitem(COLLECTIONS, ("image", "/images"), ("images", many))
    cloud = MemoryCloud()
    source = declared(image="image-9999")
    names = names_of([source], cloud)
    assert names.problems(source) == []
    assert set(names.same_ids()["image"]) == {"image-9999"}


def test_an_image_s_memory_must_fit_too() -> None:
    assert 'needs 512 MiB of memory, flavor "nano" has 64 MiB' in problems_of(flavor="nano")[1]


def test_a_flavor_without_a_disk_takes_an_image_of_any_size() -> None:
    assert problems_of(flavor="docker.large") == []


def test_a_server_that_boots_from_a_volume_needs_no_disk_of_its_flavor() -> None:
    source = declared(flavor="nano")
    source.template = copy.deepcopy(source.template)
    del source.template["resources"]["server"]["properties"]["image"]
    assert names_of([source]).problems(source) == []


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have security groups of two projects, a server group and zones."""
    default = [{"id": f"g-{number}", "name": "default", "project_id": f"p-{number}"} for number in (1, 2)]
    monkeypatch.setitem(COLLECTIONS, ("network", "/security-groups"), ("security_groups", default))
    server_group = [{"id": HIDDEN_ID, "name": "apart"}]
    monkeypatch.setitem(COLLECTIONS, ("compute", "/os-server-groups"), ("server_groups", server_group))
    zones = [{"zoneName": "nova", "zoneState": {"available": True}, "name": ""}]
    monkeypatch.setitem(
        COLLECTIONS,
        ("compute", "/os-availability-zone"),
        ("availabilityZoneInfo", [*zones, {"zoneName": "old", "zoneState": {"available": False}, "name": ""}]),
    )


def server(parameters: dict[str, str] | None = None, **properties: Any) -> Source:
    """Return a stack of one server."""
    names = {name: {"type": "string"} for name in parameters or {}}
    template = {"parameters": names, "resources": {"node": {"type": "OS::Nova::Server", "properties": properties}}}
    return Source(template, dict(parameters or {}), stack_name="any")


@pytest.mark.usefixtures("groups")
@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ({"image": "debian-13", "flavor": "docker.small"}, None),
        ({"image": "debian13"}, 'image "debian13" (node.image) not found in project demo; closest is "debian-13"'),
        ({"security_groups": ["default"]}, None),
        (
            {"security_groups": ["default", "web"]},
            'security group "web" (node.security_groups[1]) not found in project demo; known are "default"',
        ),
        ({"availability_zone": "nova:compute-7"}, None),
        (
            {"availability_zone": "nov"},
            'availability zone "nov" (node.availability_zone) not found in project demo; closest is "nova"',
        ),
        (
            {"availability_zone": "old"},
            'availability zone "old" is not available (node.availability_zone); known are "nova"',
        ),
        ({"scheduler_hints": {"group": HIDDEN_ID}}, None),
        (
            {"scheduler_hints": {"group": "apart"}},
            (
                'server group "apart" (node.scheduler_hints.group) is a name where only an ID works; '
                f"write {HIDDEN_ID}, or use a parameter"
            ),
        ),
    ],
)
def test_literal_values_are_named_by_their_property(properties: dict[str, Any], problem: str | None) -> None:
    source = server(**properties)
    assert names_of([source]).problems(source) == ([problem] if problem else [])


@pytest.mark.usefixtures("groups")
def test_a_server_group_s_name_is_sent_as_the_id_that_nova_wants() -> None:
    source = server({"group": "apart"}, scheduler_hints={"group": {"get_param": "group"}})
    names = names_of([source])
    assert names.problems(source) == []
    assert names.sent(source).parameters == {"group": HIDDEN_ID}
    assert source.parameters == {"group": "apart"}


def test_a_text_that_a_function_made_is_named_by_its_property() -> None:
    source = server({"version": "99"}, image={"list_join": ["-", ["debian", {"get_param": "version"}]]})
    assert names_of([source]).problems(source)[0].startswith('image "debian-99" (node.image) not found')


def test_a_wrong_value_in_two_places_is_told_once() -> None:
    source = server({"picture": "no"}, image={"get_param": "picture"})
    source.template["resources"]["second"] = copy.deepcopy(source.template["resources"]["node"])
    assert len(names_of([source]).problems(source)) == 1
    assert '"no" (picture)' in names_of([source]).problems(source)[0]


def test_members_of_a_group_are_looked_through() -> None:
    member = {"type": "OS::Nova::Server", "properties": {"image": {"get_param": "picture"}, "key_name": "k%index%"}}
    group = {"type": "OS::Heat::ResourceGroup", "properties": {"count": 2, "resource_def": member}}
    parameters = {"picture": {"type": "string"}}
    source = Source({"parameters": parameters, "resources": {"all": group}}, {"picture": "debain-13"})
    found = names_of([source]).problems(source)
    assert found[0].startswith('image "debain-13" (picture) not found')
    assert [item.partition(" not found")[0] for item in found[1:]] == [
        'key pair "k0" (all.0.key_name)',
        'key pair "k1" (all.1.key_name)',
    ]


def test_a_nested_template_s_values_are_named_by_where_they_were_written() -> None:
    nested = """
heat_template_version: 2018-08-31
parameters:
  image: {type: string}
  flavor: {type: string, default: docker.smal}
resources:
  node: {type: "OS::Nova::Server", properties: {image: {get_param: image}, flavor: {get_param: flavor}}}
"""
    template = {
        "parameters": {"picture": {"type": "string"}},
        "resources": {
            "one": {"type": "node.yaml", "properties": {"image": {"get_param": "picture"}}},
            "two": {"type": "node.yaml", "properties": {"image": "debian-16"}},
        },
    }
    source = Source(template, {"picture": "no"}, files={"node.yaml": nested})
    assert [item.partition(" not found")[0] for item in names_of([source]).problems(source)] == [
        'image "no" (picture)',
        'flavor "docker.smal" (one.flavor)',
        'image "debian-16" (two.image)',
    ]


def test_a_host_that_is_wrong_otherwise_still_has_its_names_looked_up() -> None:
    assert problems_of(management_cidrs=[], flavor="zzz") == [
        'flavor "zzz" not found in project demo; known are "docker.large", "docker.small", "nano"'
    ]


def test_a_list_of_names_means_the_same_as_their_ids() -> None:
    template = {"parameters": {"groups": {"type": "comma_delimited_list"}}, "resources": {}}
    stored, given = Source(template, {"groups": "g-1,g-2"}), Source(template, {"groups": ["web", "db"]})
    ids = {"groups": {"web": "g-1", "db": "g-2"}}
    assert kept_spelling(stored, given, ids).parameters == {"groups": ["g-1", "g-2"]}
    assert kept_spelling(stored, given, {"groups": {"web": "g-1"}}).parameters == {"groups": ["web", "db"]}
