# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection: what differs between a wanted docker context and the one the client has."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ansible_collections.heatdock.hosts.plugins.module_utils._client_certificate import FILES, Credentials, digest
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

_MISSING = ("not found", "no such", "does not exist")


@dataclass(frozen=True)
class Context:
    """A docker context; TLS material by its SHA-256 only, so that a diff shows no key."""

    endpoint: str
    description: str
    ca: str = ""
    cert: str = ""
    key: str = ""

    @classmethod
    def of(cls, endpoint: str, description: str, tls: Credentials) -> Context:
        """Return the context with these files."""
        return cls(endpoint, description, **{name: digest(getattr(tls, name)) for name in FILES})

    def shown(self) -> dict[str, str]:
        """Return the fields for a diff."""
        return asdict(self)


def from_export(archive: bytes) -> Context:
    """Read a context from what `docker context export NAME -` prints."""
    # The client leaves out the padding after the last file and the end mark; tarfile insists on them.
    with tarfile.open(fileobj=io.BytesIO(archive + bytes(2 * tarfile.RECORDSIZE))) as tar:
        files = {member.name: _read(tar, member) for member in tar.getmembers() if member.isfile()}
    meta = json.loads(files["meta.json"])
    tls = Credentials(**{name: files.get(f"tls/docker/{name}.pem", b"") for name in FILES})
    endpoint = meta.get("Endpoints", {}).get("docker", {}).get("Host", "")
    return Context.of(endpoint, meta.get("Metadata", {}).get("Description", ""), tls)


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member)
    return stream.read() if stream else b""


def docker_option(endpoint: str, folder: Path | None) -> str:
    """Write the value of --docker, which the client reads as one line of CSV."""
    fields = {"host": endpoint, **({name: folder / f"{name}.pem" for name in FILES} if folder else {})}
    return ",".join('"{}"'.format(f"{name}={value}".replace('"', '""')) for name, value in fields.items())


class DockerClient:
    """The contexts of the docker client on this machine."""

    def __init__(self) -> None:
        """Find the client."""
        program = shutil.which("docker")
        if not program:
            raise HeatdockError("the docker client is not installed on this machine; install docker-cli or docker.io")
        self._program = program
        # These two would hide the client's own notion of its current context.
        hidden = ("DOCKER_CONTEXT", "DOCKER_HOST")
        self._environment = {name: value for name, value in os.environ.items() if name not in hidden}

    def existing(self, name: str) -> Context | None:
        """Read a context, None when there is none of the name."""
        done = self._run("export", name, "-")
        if done.returncode == 0:
            return from_export(done.stdout)
        reason = done.stderr.decode(errors="replace").strip()
        if any(word in reason.lower() for word in _MISSING):
            return None
        raise HeatdockError(f"context {name}: {reason}")

    def current(self) -> str:
        """Name the current context."""
        return self._call("show").strip()

    def write(self, name: str, action: str, wanted: Context, folder: Path | None) -> None:
        """Create or update a context."""
        option = docker_option(wanted.endpoint, folder)
        self._call(action, name, "--description", wanted.description, "--docker", option)

    def remove(self, name: str) -> None:
        """Remove a context, the current one too."""
        self._call("rm", "--force", name)

    def use(self, name: str) -> None:
        """Make a context the current one."""
        self._call("use", name)

    def _call(self, *arguments: str) -> str:
        done = self._run(*arguments)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise HeatdockError(f"context {arguments[-1]}: docker context {arguments[0]}: {said}")
        return done.stdout.decode()

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command: Sequence[str] = [self._program, "context", *arguments]
        return subprocess.run(command, env=self._environment, capture_output=True, check=False)
