#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Manage a context of the docker client."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: docker_context
short_description: Manage a context of the docker client
version_added: 0.1.0
description:
  - Creates, updates and removes a context of the C(docker) client, with the TLS files of its endpoint.
author:
  - Heatdock contributors (@heatdock)
requirements:
  - docker (the client)
attributes:
  check_mode:
    description: Can run in check mode and tell what would change; TLS files may still be missing then.
    support: full
  diff_mode:
    description: Shows TLS files by their SHA-256.
    support: full
  idempotent:
    description: A second run changes nothing.
    support: full
options:
  name:
    description: Name of the context.
    type: str
    required: true
  endpoint:
    description: Address of dockerd, for example V(tcp://203.0.113.5:2376); required when O(state=present).
    type: str
  description:
    description: Description of the context.
    type: str
    default: ""
  ca:
    description: Path of the CA certificate; required when O(state=present).
    type: path
  cert:
    description: Path of the client certificate; required when O(state=present).
    type: path
  key:
    description: Path of the client key; required when O(state=present).
    type: path
  current:
    description: Whether to make the context the current one; V(false) leaves the current one alone.
    type: bool
    default: false
  state:
    description: Whether the context exists.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: Point the docker client at web1
  heatdock.hosts.docker_context:
    name: web1
    endpoint: tcp://203.0.113.5:2376
    ca: ~/.heatdock/web1/ca.pem
    cert: ~/.heatdock/web1/cert.pem
    key: ~/.heatdock/web1/key.pem

- name: Forget web1
  heatdock.hosts.docker_context:
    name: web1
    state: absent
"""

RETURN = r"""
action:
  description: What was done.
  returned: success
  type: str
  sample: create
"""

import os
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.heatdock.hosts.plugins.module_utils._docker_context import (
    TLS_FILES,
    Context,
    digest,
    docker_option,
    from_export,
)


class DockerContext:
    """One context of the client."""

    def __init__(self, module: AnsibleModule) -> None:
        """Find the client."""
        self.module = module
        self.params: dict[str, Any] = module.params
        self.docker = module.get_bin_path("docker")
        if not self.docker:
            module.fail_json(msg="the docker client is not installed on this machine; install docker-cli or docker.io")
        # These two would hide the client's own notion of its current context.
        for name in ("DOCKER_CONTEXT", "DOCKER_HOST"):
            os.environ.pop(name, None)

    def run(self) -> dict[str, Any]:
        """Bring the context to the wanted state."""
        before = self.existing()
        after = self.wanted() if self.params["state"] == "present" else None
        action = self.action(before, after)
        use = after is not None and self.params["current"] and self.current() != self.params["name"]
        if not self.module.check_mode:
            self.apply(action, use=use)
        diff = {"before": before.shown() if before else {}, "after": after.shown() if after else {}}
        return {"changed": action != "none" or use, "action": action, "diff": diff}

    @staticmethod
    def action(before: Context | None, after: Context | None) -> str:
        """Name what leads from one to the other."""
        if before == after:
            return "none"
        if before is None:
            return "create"
        return "update" if after else "remove"

    def existing(self) -> Context | None:
        """Read the context the client has, if any."""
        rc, out, err = self.module.run_command(
            [self.docker, "context", "export", self.params["name"], "-"], encoding=None
        )
        if rc == 0:
            return from_export(out)
        if b"not found" in err or b"no such" in err.lower() or b"does not exist" in err:
            return None
        return self.module.fail_json(msg=f"context {self.params['name']}: {err.decode(errors='replace').strip()}")

    def wanted(self) -> Context:
        """Read the wanted context from the parameters."""
        tls = {name: digest(self.content(self.params[name])) for name in TLS_FILES}
        return Context(endpoint=self.params["endpoint"], description=self.params["description"], **tls)

    def content(self, path: str) -> bytes | None:
        """Read a TLS file; in check mode it may still have to be made."""
        try:
            return Path(path).read_bytes()
        except OSError as error:
            if self.module.check_mode and isinstance(error, FileNotFoundError):
                return None
            return self.module.fail_json(msg=f"context {self.params['name']}: {path}: {error.strerror}")

    def current(self) -> str:
        """Name the client's current context."""
        return self.call("show").strip()

    def apply(self, action: str, *, use: bool) -> None:
        """Call the client."""
        name = self.params["name"]
        if action in ("create", "update"):
            option = docker_option(*(self.params[field] for field in ("endpoint", *TLS_FILES)))
            self.call(action, name, "--description", self.params["description"], "--docker", option)
        elif action == "remove":
            self.call("rm", "--force", name)
        if use:
            self.call("use", name)

    def call(self, *arguments: str) -> str:
        """Run `docker context`."""
        rc, out, err = self.module.run_command([self.docker, "context", *arguments])
        if rc != 0:
            self.module.fail_json(msg=f"context {self.params['name']}: docker context {arguments[0]}: {err.strip()}")
        return out


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "endpoint": {"type": "str"},
            "description": {"type": "str", "default": ""},
            "ca": {"type": "path"},
            "cert": {"type": "path"},
            "key": {"type": "path", "no_log": False},
            "current": {"type": "bool", "default": False},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        required_if=[("state", "present", ("endpoint", *TLS_FILES))],
        supports_check_mode=True,
    )
    module.exit_json(**DockerContext(module).run())


if __name__ == "__main__":
    main()
