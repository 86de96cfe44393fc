# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image is baked on the cloud and a host boots from it: the tests build on each other, in their order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from fleet import LAB, Cloud, Fleet, Run, holdings, stack_outputs

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGE = "baked"
HOST = "from-baked"
SOURCE = "debian-13"
PLAYBOOK = "playbooks/image.yml"


@pytest.fixture(scope="module", autouse=True)
def _no_image_stays(cloud: Cloud) -> Iterator[None]:
    remove_images(cloud)
    yield
    remove_images(cloud)


def remove_images(cloud: Cloud) -> None:
    """Remove what the tests made, hidden images too."""
    for hidden in ("false", "true"):
        for image in cloud.image.images(owner=cloud.current_project_id, os_hidden=hidden):
            cloud.image.delete_image(image)


def named(cloud: Cloud) -> list[Any]:
    """Return the images of the name."""
    return list(cloud.image.images(name=IMAGE))


def bake(fleet: Fleet, *arguments: str, **variables: str) -> Run:
    """Play image.yml."""
    given = {"engine_image_source": SOURCE, "engine_image_name": IMAGE} | variables
    return fleet.play(PLAYBOOK, *[word for item in given.items() for word in ("-e", "=".join(item))], *arguments)


@pytest.fixture(scope="module")
def before(cloud: Cloud) -> dict[str, set[str]]:
    """Return what the project had before."""
    return holdings(cloud)


def test_check_tells_and_makes_nothing(fleet: Fleet, cloud: Cloud, before: dict[str, set[str]]) -> None:
    run = bake(fleet, "--check")
    assert run.status == 0, run.output
    assert run.recap["localhost"]["changed"] == 1
    assert f"{IMAGE} would be made" in run.output
    assert holdings(cloud) == before
    assert named(cloud) == []


def test_misspelt_source_is_named_with_the_closest(fleet: Fleet) -> None:
    run = bake(fleet, engine_image_source="debian-31")
    assert run.status != 0
    output = " ".join(run.output.split())
    assert f'image {IMAGE}: source "debian-31" not found in project other; closest is "debian-13"' in output


def test_builder_that_does_not_come_up_leaves_nothing(fleet: Fleet, cloud: Cloud, before: dict[str, set[str]]) -> None:
    run = bake(fleet, engine_image_timeout="60")
    assert run.status != 0
    assert f"stack image-builder-{IMAGE}: " in run.output
    assert "imed out" in run.output
    assert holdings(cloud) == before
    assert named(cloud) == []


@pytest.fixture(scope="module")
def baked(fleet: Fleet) -> Run:
    """Bake the image, and let Ansible print what the builder told."""
    return bake(fleet, "-v")


def test_image_is_baked_and_the_builder_is_gone(baked: Run, cloud: Cloud, before: dict[str, set[str]]) -> None:
    assert baked.status == 0, baked.output
    (image,) = named(cloud)
    assert image.status == "active"
    assert holdings(cloud) == before


@pytest.mark.usefixtures("baked")
def test_same_inputs_bake_nothing(fleet: Fleet, cloud: Cloud) -> None:
    (first,) = named(cloud)
    run = bake(fleet)
    assert run.status == 0, run.output
    assert run.recap["localhost"]["changed"] == 0
    (second,) = named(cloud)
    assert second.id == first.id


def test_host_of_the_image_installs_nothing_and_has_its_own_identity(baked: Run, fleet: Fleet, cloud: Cloud) -> None:
    fleet.declare({HOST: {"docker_host_image": IMAGE}})
    run = fleet.play("site.yml")
    assert run.status == 0, run.output
    assert [task for task in run.changed_tasks() if "docker_engine" in task] == []
    outputs = stack_outputs(cloud, HOST)
    (fingerprint,) = set(re.findall(r"docker_ca_fingerprint: ([0-9a-f]{64})", baked.output))
    keys = set(re.findall(r"ssh-ed25519 \S+", baked.output))
    assert keys
    assert outputs["docker_ca_fingerprint"] != fingerprint
    assert not keys & set(outputs["ssh_host_keys"])
    traces = on_host(fleet, "cat /var/log/dpkg.log; ls /var/lib/cloud/instances")
    assert " install " not in traces
    assert len([line for line in traces.split() if re.fullmatch(r"[0-9a-f-]{36}", line)]) == 1
    assert fleet.play("site.yml").recap[HOST]["changed"] == 0


def on_host(fleet: Fleet, command: str) -> str:
    """Run a shell command on the host."""
    inventory = str(fleet.folder / "inventory")
    run = fleet.run("ansible", "-i", inventory, HOST, "--become", "-m", "ansible.builtin.shell", "-a", command)
    assert run.status == 0, run.output
    return run.output


def test_image_built_here_takes_the_name_over(baked: Run, fleet: Fleet, cloud: Cloud) -> None:
    assert baked.status == 0
    (first,) = named(cloud)
    settings = {"engine_image_way": "build", "cloud_image_cache_dir": str(LAB / "cache")}
    run = bake(fleet, **settings)
    assert run.status == 0, run.output
    (second,) = named(cloud)
    assert second.id != first.id
    assert cloud.image.get_image(first.id).is_hidden
    assert bake(fleet, **settings).recap["localhost"]["changed"] == 0
