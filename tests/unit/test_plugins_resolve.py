# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a declaration names is found by name or ID; what is not there, or not alone, is told in one sentence."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._resolve import (
    KINDS,
    read_names,
)
from memory_cloud import COLLECTIONS, MemoryCloud, declared

HIDDEN_ID = "6e0a3f0e-54dc-4c6c-9a4e-0d1c5a2b7a11"


def problems_of(**changes: Any) -> list[str]:
    cloud = MemoryCloud()
    source = declared(**changes)
    return read_names(cloud, [source]).problems(source)


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
        ({"key_name": "mine"}, 'key pair "mine" not found in project demo; known are "heatdock"'),
        ({"network": "privat"}, 'network "privat" not found in project demo; closest is "private"'),
        ({"floating_network": "private"}, 'network "private" is not external; known are "public"'),
        ({"floating_network": "pubic"}, 'external network "pubic" not found in project demo; closest is "public"'),
        ({"image": "twin"}, '2 images are named "twin"; use an ID: i-twin-1, i-twin-2'),
        ({"image": "debian-15"}, 'image "debian-15" is queued, not active; closest is "debian-14"'),
        (
            {"flavor": "nano"},
            'image "debian-13" needs a disk of 2 GiB, flavor "nano" has 1 GiB; choose a larger flavor',
        ),
        ({"image": HIDDEN_ID}, f'image "{HIDDEN_ID}" not found in project demo; known are "debian-13", '),
    ],
)
def test_what_cannot_be_used_is_named_with_the_remedy(changes: dict[str, Any], sentence: str) -> None:
    assert problems_of(**changes)[0].startswith(sentence)


def test_an_image_that_listings_hide_is_found_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = {"id": HIDDEN_ID, "name": "community", "status": "active"}
    monkeypatch.setitem(COLLECTIONS, ("image", f"/images/{HIDDEN_ID}"), ("image", hidden))
    assert problems_of(image=HIDDEN_ID) == []


def test_an_id_means_the_same_as_its_name_unless_the_name_is_ambiguous() -> None:
    ids = read_names(MemoryCloud(), [declared()]).same_ids()
    assert ids["image"]["debian-13"] == "i-13"
    assert "twin" not in ids["image"]
    assert ids["key_name"] == {"heatdock": "heatdock"}
    assert set(ids) == set(KINDS)


def test_nothing_is_listed_that_no_host_names() -> None:
    cloud = MemoryCloud()
    source = declared()
    source.template = {"parameters": {"flavor": {"type": "string"}}, "resources": {}}
    read_names(cloud, [source])
    assert [path for _service, _method, path in cloud.calls] == ["/flavors/detail"]


def test_an_image_s_memory_must_fit_too() -> None:
    assert 'needs 512 MiB of memory, flavor "nano" has 64 MiB' in problems_of(flavor="nano")[1]


def test_a_flavor_without_a_disk_takes_an_image_of_any_size() -> None:
    assert problems_of(flavor="docker.large") == []


def test_a_server_that_boots_from_a_volume_needs_no_disk_of_its_flavor() -> None:
    source = declared(flavor="nano")
    source.template = copy.deepcopy(source.template)
    del source.template["resources"]["server"]["properties"]["image"]
    assert read_names(MemoryCloud(), [source]).problems(source) == []
