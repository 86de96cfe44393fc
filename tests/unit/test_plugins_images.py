# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image is made when its inputs differ, takes the name over, and what fails leaves nothing behind."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils import _images
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, NotFoundError
from ansible_collections.heatdock.hosts.plugins.module_utils._images import DIGEST, Images, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVER = "server-id"
OWN, OTHER = "project-id", "other-id"


class Cloud:
    """Glance's images and one server of Nova's, in memory, with the fields and answers of their APIs."""

    def __init__(self) -> None:
        """Have a stock image and a server that runs."""
        self.images: dict[str, dict[str, Any]] = {}
        self.server: dict[str, Any] = {"status": "ACTIVE", "OS-EXT-STS:task_state": None, "image": {"id": "stock-id"}}
        self.uploaded = b""
        self.writes: list[str] = []
        self.outcome = "active"
        self._numbers = itertools.count(1)
        self.add("debian-13", owner=OTHER, image_id="stock-id")

    def add(self, name: str, owner: str = OWN, image_id: str = "", status: str = "active", **more: Any) -> str:
        """Add an image."""
        image_id = image_id or f"image-{next(self._numbers)}"
        row = {"id": image_id, "name": name, "owner": owner, "status": status, "size": 1, "created_at": "then", **more}
        self.images[image_id] = row
        return image_id

    def project(self) -> str:
        """Name the project."""
        return "demo"

    def project_id(self) -> str:
        """Return its ID."""
        return OWN

    def pages(self, _service: str, _path: str, _key: str, query: Any = ()) -> Iterator[dict[str, Any]]:
        """List the images of a name, without hidden ones."""
        name = dict(query).get("name")
        for image in list(self.images.values()):
            if name in (None, image["name"]) and not image.get("os_hidden"):
                yield image

    def call(self, service: str, method: str, path: str, **sent: Any) -> Any:
        """Answer as the services do."""
        if method != "GET":
            self.writes.append(f"{method} {path}")
        if service == "compute":
            return self._nova(method, path, sent)
        *_rest, image_id = path.removesuffix("/file").split("/")
        if method == "POST":
            return {"id": self.add(image_id="", status="queued", **_visible(sent["body"]))}
        if image_id not in self.images:
            raise NotFoundError("no such image")
        return getattr(self, f"_{method.lower()}")(self.images[image_id], sent)

    def _nova(self, method: str, path: str, sent: dict[str, Any]) -> Any:
        if SERVER not in path:
            raise NotFoundError("no such server")
        if method == "GET":
            return {"server": self.server}
        if "os-stop" in sent["body"]:
            self.server["status"] = "SHUTOFF"
            return None
        assert self.server["status"] == "SHUTOFF"
        assert sent["microversion"] == "2.45"
        asked = sent["body"]["createImage"]
        return {"image_id": self.add(asked["name"], status="queued", **asked["metadata"])}

    def _get(self, image: dict[str, Any], _sent: dict[str, Any]) -> dict[str, Any]:
        answer = dict(image)
        if image["status"] == "queued":
            image["status"] = "saving"
        elif image["status"] == "saving":
            image["status"] = self.outcome
        return answer

    def _put(self, image: dict[str, Any], sent: dict[str, Any]) -> None:
        assert sent["media"] == "application/octet-stream"
        self.uploaded = sent["body"].read()
        image["status"] = "saving"

    def _patch(self, image: dict[str, Any], sent: dict[str, Any]) -> None:
        for change in sent["body"]:
            image[change["path"].removeprefix("/")] = change["value"]

    def _delete(self, image: dict[str, Any], _sent: dict[str, Any]) -> None:
        del self.images[image["id"]]

    def named(self, name: str) -> list[dict[str, Any]]:
        """Return the images that a list shows under a name."""
        return list(self.pages("image", "/images", "images", [("name", name)]))


def _visible(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in ("disk_format", "container_format", "visibility")}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setattr(_images, "PAUSE", 0.0)
    return Cloud()


def bake(cloud: Cloud, *, check: bool = False, **options: Any) -> _images.Result:
    """Ask for the image "baked" of the server's disk."""
    wanted = {"name": "baked", "source": "debian-13", "inputs": {"engine": "docker.io"}, "server": SERVER}
    return Images(cloud, check=check).present(Wanted(**(wanted | options)))


def test_server_is_stopped_and_its_disk_becomes_the_image(cloud: Cloud) -> None:
    result = bake(cloud, properties={"os_distro": "debian"})
    assert result.action == "create"
    (image,) = cloud.named("baked")
    assert image["status"] == "active"
    assert image["os_distro"] == "debian"
    assert result.image["id"] == image["id"]
    assert cloud.server["status"] == "SHUTOFF"


def test_same_inputs_make_no_second_image_and_write_nothing(cloud: Cloud) -> None:
    first = bake(cloud)
    cloud.writes.clear()
    second = bake(cloud, server=None)
    assert second.action == "none"
    assert second.image["id"] == first.image["id"]
    assert cloud.writes == []


@pytest.mark.parametrize(
    "other", [{"inputs": {"engine": "docker-ce"}}, {"source": "debian-12"}], ids=["inputs", "source"]
)
def test_other_inputs_make_an_image_that_takes_the_name_over(cloud: Cloud, other: dict[str, Any]) -> None:
    cloud.add("debian-12", owner=OTHER)
    first = bake(cloud).image["id"]
    second = bake(cloud, **other)
    assert second.former == [first]
    assert [image["id"] for image in cloud.named("baked")] == [second.image["id"]]
    assert cloud.images[first]["os_hidden"] is True


def test_former_image_is_deleted_where_wanted(cloud: Cloud) -> None:
    first = bake(cloud).image["id"]
    bake(cloud, inputs={}, former="deleted")
    assert first not in cloud.images


def test_check_tells_and_writes_nothing(cloud: Cloud) -> None:
    result = bake(cloud, check=True, server=None)
    assert result.action == "create"
    assert result.image["id"] is None
    assert cloud.writes == []


def test_file_is_uploaded(cloud: Cloud, tmp_path: Path) -> None:
    path = tmp_path / "image.qcow2"
    path.write_bytes(b"QFI\xfb")
    bake(cloud, server=None, file=str(path))
    assert cloud.uploaded == b"QFI\xfb"
    (image,) = cloud.named("baked")
    assert len(image[DIGEST]) == 64


def test_what_fails_leaves_nothing_and_the_former_image_stays(cloud: Cloud) -> None:
    first = bake(cloud).image["id"]
    cloud.outcome = "killed"
    with pytest.raises(HeatdockError, match="it came to status killed; look at the logs of Nova and Glance"):
        bake(cloud, inputs={})
    assert [image["id"] for image in cloud.named("baked")] == [first]


def test_what_takes_too_long_is_deleted(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.server["status"] = "SHUTOFF"
    cloud.outcome = "saving"
    clock = itertools.count(0, 20)
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    with pytest.raises(HeatdockError, match="still saving after 60 s and was deleted; give a longer timeout"):
        bake(cloud, timeout=60)
    assert cloud.named("baked") == []


def test_image_that_somebody_else_made_stays(cloud: Cloud) -> None:
    foreign = cloud.add("baked")
    with pytest.raises(HeatdockError, match=rf"was not made by this module in this project \(ID {foreign}\)"):
        bake(cloud)
    assert cloud.writes == []


def test_image_in_the_making_is_another_runs(cloud: Cloud) -> None:
    cloud.add("baked", status="saving", **{DIGEST: "x"})
    with pytest.raises(HeatdockError, match="another run has it in the making since then"):
        bake(cloud)
    assert cloud.writes == []


def test_misspelt_source_is_named_with_the_closest(cloud: Cloud) -> None:
    with pytest.raises(HeatdockError, match='"debian-31" not found in project demo; closest is "debian-13"'):
        bake(cloud, source="debian-31")


def test_source_may_be_an_id(cloud: Cloud) -> None:
    by_name = bake(cloud, check=True).image[DIGEST]
    assert bake(cloud, check=True, source="stock-id").image[DIGEST] == by_name


def test_twins_of_the_source_are_told_apart_by_id(cloud: Cloud) -> None:
    twin = cloud.add("debian-13")
    with pytest.raises(HeatdockError, match=f"the name of 2 images; give one of the IDs stock-id, {twin}"):
        bake(cloud)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"image": ""}, "boots from a volume"),
        ({"status": "ERROR"}, "is in ERROR; look at openstack server show"),
    ],
)
def test_server_that_cannot_become_an_image_is_refused(cloud: Cloud, state: dict[str, Any], sentence: str) -> None:
    cloud.server |= state
    with pytest.raises(HeatdockError, match=sentence):
        bake(cloud)
    assert cloud.named("baked") == []


def test_missing_origins_are_refused(cloud: Cloud) -> None:
    with pytest.raises(HeatdockError, match="say from which server or file"):
        bake(cloud, server=None)
    with pytest.raises(HeatdockError, match='server "gone" is not there'):
        bake(cloud, server="gone")
    with pytest.raises(HeatdockError, match='file "nowhere" is not there; correct the path'):
        bake(cloud, server=None, file="nowhere")
