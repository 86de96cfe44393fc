# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What heatdock.hosts.docker_context does, in the controller's own process; the module documents it."""

from __future__ import annotations

import getpass
import shlex
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.heatdock.hosts.plugins.module_utils import _client_certificate as certificate
from ansible_collections.heatdock.hosts.plugins.module_utils import _dockerd as dockerd
from ansible_collections.heatdock.hosts.plugins.module_utils import _ssh_config as ssh_config
from ansible_collections.heatdock.hosts.plugins.module_utils._client_certificate import Credentials
from ansible_collections.heatdock.hosts.plugins.module_utils._docker_context import Context, DockerClient
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

DOCKER_PKI = "/usr/local/sbin/docker-pki"
OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "endpoint": {"type": "str"},
    "description": {"type": "str", "default": ""},
    "folder": {"type": "path"},
    "ca_fingerprint": {"type": "str", "default": ""},
    "client": {"type": "str"},
    "renew": {"type": "bool", "default": True},
    "verify": {"type": "bool", "default": True},
    "ssh_config": {"type": "path"},
    "ssh_include": {"type": "bool", "default": False},
    "current": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
SENTENCES = {
    "impostor": "what answers at {endpoint} has no certificate of the host's CA ({reason}), so nothing was sent to it; "
    "find out who answers there, or, if its CA was made anew on purpose, have the stack replace the host: "
    "playbooks/state.yml -e state=replaced",
    "outdated": "the server certificate at {endpoint} will not do ({reason}); playbooks/configure.yml renews it",
    "silent": "dockerd does not answer at {endpoint} ({reason}); look at docker.service there, at the management "
    "networks of its stack and at the way from here, or turn verify off",
    "refused": "dockerd at {endpoint} refuses the client's certificate ({reason}); {remedy}",
}


class ActionModule(ActionBase):
    """The action."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Bring credentials and context to the wanted state."""
        super().run(tmp, task_vars)
        required = [("state", "present", ("endpoint",))]
        _judged, self._options = self.validate_argument_spec(OPTIONS, required_if=required)
        self._host = (task_vars or {}).get("inventory_hostname", "localhost")
        self._warnings: list[str] = []
        if certificate.CRYPTOGRAPHY_IMPORT_ERROR:
            raise AnsibleActionFail("the Python library cryptography is missing; install it for Ansible's own Python")
        try:
            self._docker = DockerClient()
            return self._present() if self._options["state"] == "present" else self._absent()
        except (HeatdockError, OSError, ValueError) as error:
            raise AnsibleActionFail(f"host {self._host}: {error}") from error

    @property
    def _folder(self) -> Path:
        return Path(self._options["folder"])

    def _present(self) -> dict[str, Any]:
        over_tls = self._options["endpoint"].startswith("tcp://")
        if over_tls and not self._options["folder"]:
            raise HeatdockError("a context over TLS needs the folder of its key and certificates")
        if not over_tls:
            included = self._include()
            return self._finish(*self._context(Credentials(), None), parts=included, days=None)
        before = certificate.read(self._folder)
        after, parts = self._renewed(before)
        context = self._context(after, self._folder)
        days = after.days if after.cert else None
        if days is not None and days < certificate.RENEW_DAYS:
            self._warnings.append(f"host {self._host}: the client's certificate ends in {days} days; renew it")
        return self._finish(*context, parts=parts, days=days)

    def _renewed(self, before: Credentials) -> tuple[Credentials, list[str]]:
        """Return credentials that the host takes, and which of them are new; a check says what it would make."""
        objection = before.objection(self._wanted_ca()) or self._refusal(before)
        if not objection:
            return before, []
        if not self._options["renew"]:
            raise HeatdockError(f"{objection}: {self._folder}; have the operator of the CA make another certificate")
        parts = [] if before.key else ["key"]
        if self._task.check_mode:
            changed = ["ca"] if self._foreseen_ca() != before.fingerprint else []
            return replace(before, cert=b""), [*parts, "certificate", *changed]
        after = self._sign(before.key or certificate.new_key())
        certificate.write(self._folder, before, after)
        self._expect_taken()
        return after, [*parts, "certificate", *(["ca"] if after.ca != before.ca else [])]

    def _refusal(self, credentials: Credentials) -> str:
        """Say why the host refuses the client; empty when it takes it. Anything else is an error."""
        if not self._options["verify"]:
            return ""
        answer = dockerd.ask(self._options["endpoint"], self._folder)
        if answer.kind == "refused":
            return "dockerd refuses the certificate"
        told = self._options["ca_fingerprint"]
        if answer.kind == "impostor" and not told and self._fingerprint() != credentials.fingerprint:
            return "the host has another CA"
        if answer.kind != "taken":
            raise HeatdockError(self._sentence(answer))
        return ""

    def _expect_taken(self) -> None:
        if self._options["verify"]:
            answer = dockerd.ask(self._options["endpoint"], self._folder)
            if answer.kind != "taken":
                raise HeatdockError(self._sentence(answer))

    def _sentence(self, answer: dockerd.Answer) -> str:
        remedy = "it was signed just now, so look at tlscacert in daemon.json there"
        return SENTENCES[answer.kind].format(endpoint=self._options["endpoint"], reason=answer.reason, remedy=remedy)

    def _on_host(self, command: str) -> str:
        """Run a command there, by the shell alone: starting Python for a module takes seconds on a small host."""
        done = self._low_level_execute_command(command)
        if done["rc"]:
            said = (done["stderr"] or done["stdout"]).strip().splitlines()
            raise HeatdockError(
                f"has no CA that signs the client's certificate ({said[-1] if said else 'no reason given'}); apply the "
                "role heatdock.hosts.docker_engine to it first"
            )
        return str(done["stdout"])

    def _fingerprint(self) -> str:
        return self._on_host(f"{DOCKER_PKI} fingerprint").strip()

    def _wanted_ca(self) -> str:
        """Return the fingerprint that the CA must have, empty where the handshake shows whether it is the one."""
        told: str = self._options["ca_fingerprint"]
        return told or ("" if self._options["verify"] or not self._options["renew"] else self._fingerprint())

    def _foreseen_ca(self) -> str:
        """Return the fingerprint of the CA that a run would bring; a host that has none yet makes one."""
        told: str = self._options["ca_fingerprint"]
        try:
            return told or self._fingerprint()
        except HeatdockError:
            return "none yet"

    def _sign(self, key: bytes) -> Credentials:
        client = self._options["client"] or f"{getpass.getuser()}@{socket.gethostname()}"
        request = shlex.quote(certificate.request(key, client[:64]))
        after = certificate.signed(key, self._on_host(f"printf %s {request} | {DOCKER_PKI} sign"))
        if after is None:
            raise HeatdockError(f"{DOCKER_PKI} sign answered no certificates; apply heatdock.hosts.docker_engine again")
        told = self._options["ca_fingerprint"]
        if told and after.fingerprint != told:
            raise HeatdockError(
                "its CA is not the one it told Heat, so nothing was trusted; find out who answers at "
                f"{self._options['endpoint']}, or replace the host"
            )
        return after

    def _include(self) -> list[str]:
        """Have ssh know the name of the endpoint."""
        included = ssh_config.Include(self._options["endpoint"], Path(self._options["ssh_config"] or ""))
        if not self._options["verify"] or included.works():
            return []
        if not self._options["ssh_include"]:
            raise HeatdockError(included.sentence())
        if not self._task.check_mode:
            included.write()
        return ["include"]

    def _context(self, credentials: Credentials, folder: Path | None) -> tuple[Context | None, Context, list[str]]:
        name, current = self._options["name"], self._options["current"]
        before = self._docker.existing(name)
        wanted = Context.of(self._options["endpoint"], self._options["description"], credentials)
        parts = ["context"] if before != wanted else []
        if parts and not self._task.check_mode:
            self._docker.write(name, "update" if before else "create", wanted, folder)
        if current and self._docker.current() != name:
            parts.append("current")
            if not self._task.check_mode:
                self._docker.use(name)
        return before, wanted, parts

    def _finish(
        self, before: Context | None, after: Context, made: list[str], *, parts: list[str], days: int | None
    ) -> dict[str, Any]:
        result = self._result(before, after, [*parts, *made])
        if days is not None:
            result["ansible_facts"] = {"docker_context_certificate_days": days}
        return result

    def _absent(self) -> dict[str, Any]:
        before = self._docker.existing(self._options["name"])
        folder = self._options["folder"]
        files = list(Path(folder).glob("*.pem")) if folder else []
        if not self._task.check_mode:
            if before:
                self._docker.remove(self._options["name"])
            for path in files:
                path.unlink()
            if files:
                self._folder.rmdir()
        return self._result(before, None, [*(["context"] if before else []), *(["files"] if files else [])])

    def _result(self, before: Context | None, after: Context | None, parts: list[str]) -> dict[str, Any]:
        diff = {"before": before.shown() if before else {}, "after": after.shown() if after else {}}
        warnings = {"warnings": self._warnings} if self._warnings else {}
        return {"changed": bool(parts), "parts": parts, "diff": diff, **warnings}
