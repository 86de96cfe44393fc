# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparison of docker contexts."""

from __future__ import annotations

import io
import json
import tarfile

from ansible_collections.heatdock.hosts.plugins.module_utils._docker_context import (
    Context,
    digest,
    docker_option,
    from_export,
)


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
    tls = {name: digest(name.encode()) for name in ("ca", "cert", "key")}
    assert from_export(export()) == Context(endpoint="tcp://203.0.113.5:2376", description="web", **tls)


def test_diff_shows_no_key() -> None:
    assert "key" not in from_export(export()).shown().values()


def test_paths_with_commas_and_quotes_survive() -> None:
    option = docker_option("tcp://h:2376", "/a,b/ca", 'c"d', "k")
    assert option == '"host=tcp://h:2376","ca=/a,b/ca","cert=c""d","key=k"'
