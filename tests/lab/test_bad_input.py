# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input is answered by one sentence that names the thing and the remedy, and nothing is created."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from fleet import CLOUD, CLOUDS, Cloud, Fleet, Run, holdings

if TYPE_CHECKING:
    from collections.abc import Iterator


HOST = "bad"


@pytest.fixture(autouse=True)
def _nothing_is_created(cloud: Cloud) -> Iterator[None]:
    before = holdings(cloud)
    yield
    assert holdings(cloud) == before


def refusal(fleet: Fleet, declared: dict[str, Any], **environment: str) -> Run:
    """Play site.yml for a host that must be refused."""
    fleet.declare({HOST: declared})
    run = fleet.play("site.yml", **environment)
    assert run.status != 0, run.output
    assert "Traceback" not in run.output
    run.output = " ".join(run.output.split())  # whatever the line breaks of Ansible's output
    return run


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("flavor", "docker.smal", 'flavor "docker.smal" not found in project other; closest is "docker.small"'),
        (
            "image",
            "debian-13-dockr",
            'image "debian-13-dockr" not found in project other; closest is "debian-13-docker"',
        ),
        ("network", "privat", 'network "privat" not found in project other; closest is "private"'),
        ("floating_network", "publik", 'closest is "public"'),
        ("key_name", "heatdok", 'key pair "heatdok" (key_name) not found in project other; closest is "heatdock"'),
        ("management_cidrs", ["10.88.0.0/33"], '"10.88.0.0/33"'),
    ],
)
def test_misspelt_value_is_named_with_the_closest(fleet: Fleet, variable: str, value: Any, sentence: str) -> None:
    run = refusal(fleet, {f"docker_host_{variable}": value})
    assert f"host {HOST}: " in run.output
    assert sentence in run.output


def test_all_problems_of_all_hosts_are_told_at_once(fleet: Fleet) -> None:
    fleet.declare({"bad1": {"docker_host_flavor": "tiny"}, "bad2": {"docker_host_image": "debain-13"}})
    run = fleet.play("site.yml")
    assert run.status != 0
    output = " ".join(run.output.split())
    assert 'host bad1: flavor "tiny" not found' in output
    assert 'host bad2: image "debain-13" not found' in output


def test_misspelt_variable_is_named_with_the_closest(fleet: Fleet) -> None:
    run = refusal(fleet, {"docker_host_flavour": "docker.small"})
    assert '"docker_host_flavour" is no option of a Docker host; closest is "docker_host_flavor"' in run.output


@pytest.fixture
def twin_images(cloud: Cloud) -> Iterator[list[str]]:
    """Return the ids of two images of the name "twin"."""
    images = [
        cloud.image.create_image(
            name="twin", disk_format="raw", container_format="bare", data=io.BytesIO(b"x"), allow_duplicates=True
        )
        for _ in range(2)
    ]
    yield [image.id for image in images]
    for image in images:
        cloud.image.delete_image(image)


def test_two_images_of_one_name_are_told_apart_by_id(fleet: Fleet, twin_images: list[str]) -> None:
    run = refusal(fleet, {"docker_host_image": "twin"})
    assert "twin" in run.output
    for identifier in twin_images:
        assert identifier in run.output


def changed_clouds(fleet: Fleet, **changes: Any) -> str:
    """Write a clouds.yaml in which the entry differs; return its path."""
    clouds = yaml.safe_load(CLOUDS.read_text(encoding="utf-8"))
    entry = clouds["clouds"][CLOUD]
    entry["auth"] |= changes.pop("auth", {})
    entry |= changes
    path = fleet.folder / "clouds.yaml"
    path.write_text(yaml.safe_dump(clouds), encoding="utf-8")
    return str(path)


def test_unknown_cloud_is_named_with_the_closest(fleet: Fleet) -> None:
    run = refusal(fleet, {}, OS_CLOUD="heatdok-lab")
    assert 'cloud "heatdok-lab" is not in' in run.output
    assert 'closest is "heatdock-lab"' in run.output


def test_wrong_password_is_said(fleet: Fleet) -> None:
    clouds = changed_clouds(fleet, auth={"password": "wrong"})
    run = refusal(fleet, {}, OS_CLIENT_CONFIG_FILE=clouds)
    assert "refused the credentials; check user, password and project" in run.output


@pytest.fixture
def region_without_heat(admin: Cloud) -> Iterator[str]:
    """Return a region whose catalogue has Keystone alone."""
    region = admin.identity.create_region(id="heatless", description="a region of the tests")
    service = next(admin.identity.services(name="keystone"))
    endpoint = admin.identity.create_endpoint(
        service_id=service.id, interface="public", region_id=region.id, url=admin.config.auth["auth_url"]
    )
    yield region.id
    admin.identity.delete_endpoint(endpoint)
    admin.identity.delete_region(region)


def test_missing_heat_endpoint_is_said(fleet: Fleet, region_without_heat: str) -> None:
    clouds = changed_clouds(fleet, region_name=region_without_heat)
    run = refusal(fleet, {}, OS_CLIENT_CONFIG_FILE=clouds)
    assert f'the catalogue has no Heat endpoint (orchestration) in region "{region_without_heat}"' in run.output


@pytest.fixture
def no_more_servers(cloud: Cloud, admin: Cloud) -> Iterator[None]:
    """Leave the project no server beyond those it has."""
    project = cloud.current_project_id
    usual = admin.compute.get_quota_set(project).instances
    admin.compute.update_quota_set(project, instances=len(list(cloud.compute.servers())))
    yield
    admin.compute.update_quota_set(project, instances=usual)


@pytest.mark.usefixtures("no_more_servers")
def test_exceeded_quota_is_the_reason_shown_and_the_stack_is_rolled_back(fleet: Fleet) -> None:
    run = refusal(fleet, {})
    assert f"host {HOST}: " in run.output
    assert "Quota exceeded for instances" in run.output
    assert "nothing is left" in run.output
