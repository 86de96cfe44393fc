#!/bin/bash
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# First boot of a Heatdock host: engine, certificates, dockerd, signal to Heat.
set -euo pipefail
umask 077

# User data starts it once where the image has the engine, and once at cloud-init's end; the second finds it done.
exec 8>/run/heatdock-first-boot.lock
flock 8
[ -e /etc/docker/heatdock-signal.curl ] || exit 0

signal() {
    curl --silent --show-error --fail --output /dev/null --retry 10 --retry-delay 3 --retry-all-errors --max-time 30 \
        --config /etc/docker/heatdock-signal.curl --data-binary "$1"
}

fail() {
    local reason
    reason=$(printf '%s' "host $(hostname): $1" | tr -d '"\134' | tr -s '[:space:][:cntrl:]' ' ' | cut -c1-400)
    echo "heatdock: $reason" | tee /dev/console >&2
    signal "{\"id\": \"host\", \"status\": \"FAILURE\", \"reason\": \"$reason\"}"
    rm -f /etc/docker/heatdock-signal.curl
    exit 1
}

install() {
    local try
    for try in 1 2 3 4 5; do
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
            -o DPkg::Lock::Timeout=120 "$@" && return 0
        echo "heatdock: try $try to install $* failed" >&2
        sleep 10
    done
    return 1
}

install_engine() {
    local packages=("$1" apparmor ca-certificates)
    # Debian 13 has the client in a package of its own, Debian 12 in docker.io.
    if [ "$1" = docker.io ] && grep -q '^VERSION_ID="1[3-9]"' /etc/os-release; then packages+=(docker-cli); fi
    install "${packages[@]}"
}

start_dockerd() {
    systemctl is-enabled --quiet docker.socket docker.service ||
        systemctl enable --quiet docker.socket docker.service || return 1
    # Where the image has the engine, the boot has started it by now, as user data says.
    if ! systemctl show --property=DropInPaths docker.service | grep -qF /heatdock.conf; then
        systemctl daemon-reload && systemctl stop docker.service || return 1
    fi
    systemctl reset-failed docker.socket docker.service 2>/dev/null || true
    systemctl start --no-block docker.socket docker.service
}

wait_for_dockerd() {
    local try
    for try in $(seq 120); do
        curl --silent --fail --max-time 5 --cacert /etc/docker/pki/ca.pem --cert "$work/cert.pem" --key "$work/key.pem" \
            https://127.0.0.1:2376/version >"$work/version" 2>/dev/null && return 0
        sleep 0.5
    done
    return 1
}

if ! { command -v curl && command -v openssl; } >/dev/null; then
    install curl openssl || fail "curl and openssl could not be installed; look at the image's package sources"
fi
work=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$work"' EXIT
# Before the engine comes, so that its first start finds all it needs.
/usr/local/sbin/docker-pki init || fail "the certificates could not be made; look at the console log"
if ! command -v dockerd >/dev/null; then
    install_engine "$1" || fail "package $1 could not be installed; look at the image's package sources and the network"
fi
start_dockerd || fail "docker.service could not be started; look at journalctl -u docker"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config /dev/null -subj "/CN=first boot" \
    -keyout "$work/key.pem" -out "$work/csr.pem" 2>/dev/null
/usr/local/sbin/docker-pki sign <"$work/csr.pem" >"$work/cert.pem" || fail "no client certificate could be signed"
wait_for_dockerd || fail "dockerd does not answer on port 2376; look at journalctl -u docker"
version=$(sed -n 's/^{.*"Version":"\([^"]*\)","ApiVersion".*/\1/p' "$work/version")
keys=$(cut -d' ' -f1,2 /etc/ssh/ssh_host_*_key.pub | sort | sed 's/.*/"&"/' | paste -s -d, | sed 's/,/, /g')
signal "{\"id\": \"host\", \"status\": \"SUCCESS\", \"reason\": \"dockerd answers\", \"data\": {\"ssh_host_keys\": [$keys],
    \"docker_ca_fingerprint\": \"$(/usr/local/sbin/docker-pki fingerprint)\", \"engine_version\": \"$version\"}}"
rm -f /etc/docker/heatdock-signal.curl
