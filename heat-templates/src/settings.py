# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# ruff: noqa: ANN001, ANN002, ANN201, D100, D103, INP001 - as short as can be, it is part of each host's user data
# What the template's parameters say, as files, before the boot comes to docker.service.
import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

# systemd takes $$ for a dollar sign.
LISTS = """\
. /etc/docker/heatdock-install
for name in http_proxy https_proxy no_proxy; do [ -z "$${!name}" ] || export "$$name"; done
exec apt-get update -qq -o Acquire::Languages=none
"""


def write(path, content, mode="0644"):
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(int(mode, 8))
    file.write_text(content, encoding="utf-8")


def write_environment(variables):
    quoted = [json.dumps(f"{key}={value}", ensure_ascii=False) for key, value in sorted(variables.items())]
    lines = ["# Managed by Heatdock. The environment of dockerd.", "[Service]"]
    lines += [f"Environment={text}".replace("%", "%%") for text in quoted]
    write("/etc/systemd/system/docker.service.d/environment.conf", "\n".join(lines) + "\n")


def ask(servers):
    if Path("/run/systemd/resolve").exists():
        write("/etc/systemd/resolved.conf.d/heatdock.conf", f"[Resolve]\nDNS={' '.join(servers)}\nDomains=~.\n")
        subprocess.run(["systemctl", "restart", "systemd-resolved.service"], check=True)
        return
    client = Path("/etc/dhcp/dhclient.conf")
    if client.exists():
        client.write_text(f"{client.read_text()}\nsupersede domain-name-servers {', '.join(servers)};\n")
    write("/etc/resolv.conf", "".join(f"nameserver {server}\n" for server in servers))


def begin(*command):
    subprocess.run(["systemd-run", "--no-block", *command], check=True)


settings = json.loads(sys.argv[1])
for file in settings["files"]:
    write(**file)
options = {key: value for key, value in settings["daemon"].items() if value is not None}
write("/etc/docker/daemon.json", json.dumps(options, indent=4, sort_keys=True) + "\n")
if settings["environment"]:
    write_environment(settings["environment"])
if settings["nameservers"]:
    ask(settings["nameservers"])
install = [f"{key}={shlex.quote(value)}\n" for key, value in settings["install"].items()]
write("/etc/docker/heatdock-install", "".join(install), "0600")
has_engine = shutil.which("dockerd")
if has_engine:
    subprocess.run(["systemctl", "daemon-reload"], check=True)
elif shutil.which("apt-get"):
    # systemd's usual dependencies would have it wait for the end of this stage.
    unit = ["--unit=heatdock-lists", "--remain-after-exit", "--property=DefaultDependencies=no"]
    begin(*unit, "/bin/bash", "-c", LISTS)
# Without an engine a user's own part, which cloud-init is done with in its last stage (runcmd), may say where packages
# come from; else first boot has no need to wait for that.
if has_engine or not settings["has_users_part"]:
    unit = ["--unit=heatdock-first-boot", "--property=After=network-online.target"]
    begin(*unit, "/bin/bash", "/usr/local/sbin/heatdock-first-boot")
