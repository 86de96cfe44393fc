# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images of Glance that are made from known inputs: from a server's disk or from a file, and only when that is due.

PRIVATE to the collection.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    HeatdockError,
    NotFoundError,
    quoted,
    suggestion,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._progress import Progress

Row = dict[str, Any]

DIGEST = "heatdock_inputs"
"""The image property that says what an image was made from."""

PAUSE = 2.0
SNAPSHOT_MICROVERSION = "2.45"
"""Since which Nova's answer to createImage holds the image's ID."""
PATCH_MEDIA = "application/openstack-images-v2.1-json-patch"
FILE_MEDIA = "application/octet-stream"
UNFINISHED = ("queued", "saving", "uploading", "importing")
SETTLED_SERVER = "SHUTOFF"

IMAGE_OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "inputs": {"type": "dict", "default": {}},
    "source": {"type": "str"},
    "server": {"type": "str"},
    "file": {"type": "path"},
    "properties": {"type": "dict", "default": {}},
    "former": {"type": "str", "choices": ["hidden", "deleted"], "default": "hidden"},
    "timeout": {"type": "int", "default": 1800},
}
"""The options of the module `image` beside those of the cloud."""


class Cloud(Protocol):
    """What is needed of a cloud."""

    def call(
        self,
        service: str,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        body: Any = None,
        media: str | None = None,
        microversion: str | None = None,
    ) -> Any:
        """Send one request."""

    def pages(self, service: str, path: str, key: str, query: Sequence[tuple[str, str]] = ()) -> Iterator[Row]:
        """List a collection."""

    def project(self) -> str:
        """Name the project."""

    def project_id(self) -> str:
        """Return the project's ID."""


@dataclass
class Wanted:
    """The image as it is declared; the fields are the module's options."""

    name: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    source: str | None = None
    server: str | None = None
    file: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    former: str = "hidden"
    timeout: int = 1800

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.timeout < 1:
            raise HeatdockError(f"timeout is {self.timeout}; give 1 or more")
        if self.file is not None and not Path(self.file).is_file():
            raise HeatdockError(f"file {quoted(self.file)} is not there; correct the path")


@dataclass
class Result:
    """What was done, or would be."""

    action: str
    image: Row
    source: Row | None
    former: list[str]


class Images:
    """The images of one project."""

    def __init__(self, cloud: Cloud, *, check: bool) -> None:
        """Take the cloud; with `check` nothing is written."""
        self._cloud = cloud
        self._check = check
        self._progress = Progress.from_environment()

    def present(self, wanted: Wanted) -> Result:
        """Have an active image of the name and inputs; what had the name before is hidden or deleted."""
        source = self._found(wanted.source) if wanted.source else None
        digest = digest_of(wanted.inputs, source)
        own = self._own(wanted.name)
        current = [image for image in own if image.get(DIGEST) == digest and image["status"] == "active"]
        if current:
            return Result("none", current[0], source, [])
        _refuse_unfinished(own)
        former = [image["id"] for image in own]
        if self._check:
            return Result("create", {"id": None, "name": wanted.name, DIGEST: digest}, source, former)
        image = self._made(wanted, {**wanted.properties, DIGEST: digest})
        for image_id in former:
            self._retire(image_id, wanted.former)
        return Result("create", image, source, former)

    def _found(self, name: str) -> Row:
        """Return the one image of a name or ID."""
        try:
            return dict(self._cloud.call("image", "GET", f"/images/{name}"))
        except NotFoundError:
            found = list(self._cloud.pages("image", "/images", "images", [("name", name)]))
        if len(found) > 1:
            ids = ", ".join(image["id"] for image in found)
            raise HeatdockError(f"source {quoted(name)} is the name of {len(found)} images; give one of the IDs {ids}")
        if not found:
            known = [image["name"] for image in self._cloud.pages("image", "/images", "images")]
            raise HeatdockError(
                f"source {quoted(name)} not found in project {self._cloud.project()}; {suggestion(name, known)}"
            )
        return found[0]

    def _own(self, name: str) -> list[Row]:
        """List the images of the name, and refuse one that somebody else made: two of a name are one too many."""
        found = list(self._cloud.pages("image", "/images", "images", [("name", name)]))
        project = self._cloud.project_id()
        for image in found:
            if DIGEST not in image or image["owner"] != project:
                raise HeatdockError(
                    f"it is there already and was not made by this module in this project (ID {image['id']}); "
                    "choose another name, or delete it"
                )
        return found

    def _made(self, wanted: Wanted, properties: Mapping[str, Any]) -> Row:
        """Make the image and wait until it can be used; what fails leaves nothing behind."""
        if wanted.server:
            self._stop(wanted.server, wanted.timeout)
            image_id = self._snapshot(wanted, properties)
        elif wanted.file:
            image_id = self._reserved(wanted.name, properties)
        else:
            raise HeatdockError("is to be made; say from which server or file")
        try:
            if wanted.file:
                self._upload(image_id, Path(wanted.file))
            return self._active(image_id, wanted)
        except BaseException:
            self._delete(image_id)
            raise

    def _stop(self, server_id: str, timeout: int) -> None:
        """Have the server off, so that its disk is at rest."""
        deadline, asked = time.monotonic() + timeout, False
        while True:
            server = self._server(server_id)
            busy = server.get("OS-EXT-STS:task_state")
            if server["status"] == SETTLED_SERVER and not busy:
                return
            if server["status"] == "ERROR":
                raise HeatdockError(f"server {server_id} is in ERROR; look at openstack server show")
            if server["status"] == "ACTIVE" and not busy and not asked:
                self._cloud.call("compute", "POST", f"/servers/{server_id}/action", body={"os-stop": None})
                asked = True
            if time.monotonic() >= deadline:
                raise HeatdockError(f"server {server_id} is still {server['status']} after {timeout} s; stop it first")
            time.sleep(PAUSE)

    def _server(self, server_id: str) -> Row:
        try:
            server = dict(self._cloud.call("compute", "GET", f"/servers/{server_id}")["server"])
        except NotFoundError:
            raise HeatdockError(f"server {quoted(server_id)} is not there; give the ID of one") from None
        if not server.get("image"):
            raise HeatdockError(
                f"server {quoted(server_id)} boots from a volume, whose snapshot is no image; "
                "use one with a disk of its flavor"
            )
        return server

    def _snapshot(self, wanted: Wanted, properties: Mapping[str, Any]) -> str:
        metadata = {name: str(value) for name, value in properties.items()}
        answer = self._cloud.call(
            "compute",
            "POST",
            f"/servers/{wanted.server}/action",
            body={"createImage": {"name": wanted.name, "metadata": metadata}},
            microversion=SNAPSHOT_MICROVERSION,
        )
        return str(answer["image_id"])

    def _reserved(self, name: str, properties: Mapping[str, Any]) -> str:
        body = {"name": name, "disk_format": "qcow2", "container_format": "bare", "visibility": "private"}
        body |= {key: str(value) for key, value in properties.items()}
        return str(self._cloud.call("image", "POST", "/images", body=body)["id"])

    def _upload(self, image_id: str, path: Path) -> None:
        with path.open("rb") as content:
            self._cloud.call("image", "PUT", f"/images/{image_id}/file", body=content, media=FILE_MEDIA)

    def _active(self, image_id: str, wanted: Wanted) -> Row:
        """Wait until an image can be used."""
        deadline = time.monotonic() + wanted.timeout
        while True:
            try:
                image = dict(self._cloud.call("image", "GET", f"/images/{image_id}"))
            except NotFoundError:
                raise HeatdockError(
                    "the cloud gave it up; look at the logs of Nova and Glance, and their quotas"
                ) from None
            if image["status"] == "active":
                self._progress.ended(f"image {wanted.name}")
                return image
            if image["status"] not in UNFINISHED:
                raise HeatdockError(f"it came to status {image['status']}; look at the logs of Nova and Glance")
            if time.monotonic() >= deadline:
                raise HeatdockError(
                    f"it is still {image['status']} after {wanted.timeout} s and was deleted; give a longer timeout"
                )
            self._note(wanted, image)
            time.sleep(PAUSE)

    def _note(self, wanted: Wanted, image: Row) -> None:
        """Tell whoever shows the progress."""
        at_work = {"resource_name": wanted.server or wanted.file, "resource_type": "disk"}
        row = {"stack_name": f"image {wanted.name}", "stack_status": image["status"]}
        self._progress.at_work(row, lambda: [{**at_work, "resource_status": "CREATE_IN_PROGRESS"}])

    def _retire(self, image_id: str, how: str) -> None:
        """Take an image out of the lists, or away."""
        if how == "deleted":
            self._delete(image_id)
            return
        body = [{"op": "replace", "path": "/os_hidden", "value": True}]
        self._cloud.call("image", "PATCH", f"/images/{image_id}", body=body, media=PATCH_MEDIA)

    def _delete(self, image_id: str) -> None:
        try:
            self._cloud.call("image", "DELETE", f"/images/{image_id}")
        except NotFoundError:
            return


def digest_of(inputs: Mapping[str, Any], source: Row | None) -> str:
    """Return what stands for the inputs, the source image's ID among them."""
    text = json.dumps([inputs, source and source["id"]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_unfinished(images: Sequence[Row]) -> None:
    for image in images:
        if image["status"] in UNFINISHED:
            raise HeatdockError(
                f"another run has it in the making since {image['created_at']} (ID {image['id']}); "
                "wait for that run, or delete the image if the run was killed"
            )
