# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparison of docker contexts."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

from ansible_collections.heatdock.hosts.plugins.module_utils._client_certificate import Credentials
from ansible_collections.heatdock.hosts.plugins.module_utils._docker_context import Context, docker_option, from_export

TLS = Credentials(ca=b"ca", cert=b"cert", key=b"key")


def export() -> bytes:
    """Make an archive as the docker client does, cut off after the last file's content."""
    meta = {"Metadata": {"Description": "web"}, "Endpoints": {"docker": {"Host": "tcp://203.0.113.5:2376"}}}
    files = {"meta.json": json.dumps(meta).encode()} | {
        f"tls/docker/{n}.pem": n.encode() for n in ("ca", "cert", "key")
    }
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        end = tar.offset
    return stream.getvalue()[: end - 512 + len(b"key")]


def test_truncated_export_of_the_client_is_read() -> None:
    assert from_export(export()) == Context.of("tcp://203.0.113.5:2376", "web", TLS)


def test_diff_shows_no_key() -> None:
    assert "key" not in from_export(export()).shown().values()


def test_paths_with_commas_and_quotes_survive() -> None:
    option = docker_option("tcp://h:2376", Path('/a,b/c"d'))
    assert option == '"host=tcp://h:2376","ca=/a,b/c""d/ca.pem","cert=/a,b/c""d/cert.pem","key=/a,b/c""d/key.pem"'


def test_context_over_ssh_has_no_files() -> None:
    assert docker_option("ssh://heatdock-web1", None) == '"host=ssh://heatdock-web1"'
