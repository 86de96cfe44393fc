#!/bin/bash
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# First boot of a Heatdock host: engine, certificates, dockerd, report.
# shellcheck disable=SC1091,SC2154 # what is sourced is on the host
set -euo pipefail
umask 077

# User data starts it once where the image has the engine, and once at cloud-init's end; the second finds it done.
exec 8>/run/heatdock-first-boot.lock
flock 8
[ -e /etc/docker/heatdock-install ] || exit 0
. /etc/docker/heatdock-install
. /etc/os-release
for name in http_proxy https_proxy no_proxy; do [ -z "${!name}" ] || export "${name?}"; done

# report STATUS REASON DATA: to Heat, where the stack waits for it; the data, in JSON, on the console in any case.
report() {
    printf '\nheatdock: %s\n' "$3" >/dev/console
    [ "$ready_signal" = console ] ||
        curl --silent --show-error --fail --output /dev/null --retry 10 --retry-delay 3 --retry-all-errors --max-time 30 \
            --config /etc/docker/heatdock-signal.curl \
            --data-binary "{\"id\": \"host\", \"status\": \"$1\", \"reason\": \"$2\", \"data\": $3}"
    rm -f /etc/docker/heatdock-signal.curl /etc/docker/heatdock-install
}

fail() {
    local reason
    reason=$(printf '%s' "host $(hostname): $1" | tr -d '"\134' | tr -s '[:space:][:cntrl:]' ' ' | cut -c1-400)
    echo "heatdock: $reason" >&2
    report FAILURE "$reason" "{\"failure\": \"$reason\"}"
    exit 1
}

lists=unknown # whether apt's are as its sources are
update_lists() {
    apt-get update -qq -o Acquire::Languages=none
}

# Whether user data has fetched the lists while the boot went on; what has changed apt's sources since makes them unfit.
lists_are_there() {
    local state
    while state=$(systemctl show --property=SubState --value heatdock-lists.service) && [ "$state" = running ]; do
        sleep 0.2
    done
    [ "$state" = exited ]
}

# Runs a command to which neither systemd nor AppArmor seem to be there, as where an image is built: else each package
# has systemd read all units anew, and starts what is not set up yet.
unstarted() {
    if ! unshare --mount mount -t tmpfs tmpfs /mnt 2>/dev/null; then
        "$@"
        return
    fi
    # shellcheck disable=SC2016 # the inner shell's
    unshare --mount /bin/bash -euc '
        if [ -d /run/systemd/resolve ]; then
            mount --bind /run/systemd/resolve /mnt
            mount -t tmpfs tmpfs /run/systemd
            mkdir /run/systemd/resolve
            mount --move /mnt /run/systemd/resolve
        else
            mount -t tmpfs tmpfs /run/systemd
        fi
        [ ! -d /sys/kernel/security ] || mount -t tmpfs tmpfs /sys/kernel/security
        mount --bind /bin/true "$(command -v invoke-rc.d)"
        exec "$@"' bash "$@"
}

install() {
    local try way=unstarted
    command -v apt-get >/dev/null || fail "$* cannot be installed on $ID; use an image that has it"
    if [ "$lists" = unknown ]; then lists_are_there && lists=fresh || lists=old; fi
    for try in 1 2 3 4 5; do
        if [ "$lists" = fresh ] || update_lists; then
            DEBIAN_FRONTEND=noninteractive $way apt-get install -qq -y --no-install-recommends \
                -o DPkg::Lock::Timeout=120 "$@" && lists=fresh && systemctl daemon-reload && return 0
        fi
        if [ "$lists" = old ]; then
            echo "heatdock: try $try to install $* failed" >&2
            sleep 10
        fi
        lists=old way=
    done
    return 1
}

# The fingerprint of the first key in a file, by RFC 4880, since a small image has no gpg.
key_fingerprint() {
    python3 - "$1" <<'END'
import base64, hashlib, sys
data = open(sys.argv[1], "rb").read()
if data.startswith(b"-----"):
    body = data.replace(b"\r", b"").split(b"\n\n", 1)[1].split(b"\n=", 1)[0].split(b"\n-----", 1)[0]
    data = base64.b64decode(body)
if data[0] & 0x40:
    size = 1 if data[1] < 192 else 2 if data[1] < 224 else 5
    length = {1: data[1], 2: ((data[1] - 192) << 8) + data[2] + 192, 5: int.from_bytes(data[2:6], "big")}[size]
else:
    size = 1 << (data[0] & 3)
    length = int.from_bytes(data[1 : 1 + size], "big")
packet = data[1 + size : 1 + size + length]
print(hashlib.sha1(b"\x99" + len(packet).to_bytes(2, "big") + packet).hexdigest().upper())
END
}

add_repository() {
    local folder=debian file=/etc/apt/keyrings/docker.asc key found
    case $ID in ubuntu | raspbian) folder=$ID ;; esac
    [ -n "$repository$repository_key$fingerprint" ] || fingerprint=9DC858229FC7DD38854AE2D88D81803C0EBFCD88
    fingerprint=$(tr -d ' ' <<<"$fingerprint" | tr '[:lower:]' '[:upper:]')
    repository=${repository:-https://download.docker.com/linux/$folder}
    key=${repository_key:-$repository/gpg}
    [[ -n $fingerprint || $key = https:* ]] ||
        fail "the key $key comes by HTTP and has no fingerprint; set engine_repository_fingerprint"
    install ca-certificates curl || return 1
    mkdir -p /etc/apt/keyrings && chmod 0755 /etc/apt/keyrings
    curl --silent --show-error --fail --location --retry 5 --retry-all-errors --output "$file" "$key" || return 1
    found=$(key_fingerprint "$file") || return 1
    [[ -z $fingerprint || $found = "$fingerprint" ]] ||
        fail "$key has the key $found, not $fingerprint; correct engine_repository_key or engine_repository_fingerprint"
    cat >/etc/apt/sources.list.d/docker.sources <<END
# Managed by Heatdock. Key: $key${fingerprint:+ $fingerprint}
Types: deb
URIs: $repository
Suites: $VERSION_CODENAME
Components: $channel
Signed-By: $file
END
    chmod 0644 "$file" /etc/apt/sources.list.d/docker.sources
    lists=old
}

# Puts PACKAGE=VERSION of each into engine; with a pin 28.0, 5:28.0.1-1~debian fits and 28.01 does not.
pinned() {
    local package found pin
    engine=()
    pin=${version//./\\.}
    pin="^([0-9]+:)?${pin//+/\\+}([^0-9].*)?\$"
    for package in "$@"; do
        found=$(apt-cache madison "$package" | awk -F ' *[|] *' '{ print $2 }' | grep -E -m 1 "$pin") ||
            fail "no package $package has version $version; correct engine_version or the package sources"
        engine+=("$package=$found")
    done
}

install_engine() {
    local engine extra=(apparmor ca-certificates)
    if [ -n "$packages" ]; then
        read -ra engine <<<"$packages"
        extra=()
    elif [ "$source" = docker ]; then
        engine=(docker-ce docker-ce-cli)
        extra+=(containerd.io)
    else
        engine=(docker.io)
        # Debian 13 has the client in a package of its own, Debian 12 in docker.io.
        [[ $ID != debian || $VERSION_ID = 1[0-2] ]] || engine+=(docker-cli)
    fi
    [ "$source" != docker ] || add_repository || return 1
    if [ -n "$version" ]; then
        update_lists || return 1
        lists=fresh
        pinned "${engine[@]}"
    fi
    install "${engine[@]}" "${extra[@]}"
}

# A kernel has one audit, which containers can neither read nor set.
audit_docker() {
    systemd-detect-virt --container --quiet && return 0
    command -v auditctl >/dev/null || install "$audit" || return 1
    chmod 0750 /etc/audit/rules.d
    systemd-tmpfiles --create /etc/tmpfiles.d/heatdock-audit.conf 2>/dev/null
    systemctl enable --quiet --now auditd.service && augenrules --load >/dev/null
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

# Clients that come through SSH are members of the group docker; the role takes out whom the record has no more.
let_in() {
    usermod --append --groups docker "$1" &&
        (umask 022 && mkdir -p /var/lib/heatdock && echo "user=$1" >/var/lib/heatdock/docker_engine)
}

wait_for_dockerd() {
    local try address=https://127.0.0.1:2376
    local way=(--cacert /etc/docker/pki/ca.pem --cert "$work/cert.pem" --key "$work/key.pem")
    [ -z "$docker_user" ] || { address=http://localhost && way=(--unix-socket /run/docker.sock); }
    for try in $(seq 120); do
        curl --silent --fail --max-time 5 --noproxy '*' "${way[@]}" "$address/version" >"$work/version" 2>/dev/null && return 0
        sleep 0.5
    done
    return 1
}

# What packages have enabled by now and would have started; last, since AppArmor's profiles are seconds of work.
start_enabled() {
    local units
    mapfile -t units < <(find /etc/systemd/system -path '*.wants/*' -newer "$work/began" -printf '%f\n' | sort -u)
    [ ${#units[@]} = 0 ] || systemctl start --no-block "${units[@]}" || true
}

work=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$work"' EXIT
touch "$work/began"
if ! { command -v curl && command -v openssl; } >/dev/null; then
    install curl openssl || fail "curl and openssl could not be installed; look at the image's package sources"
fi
# Before the engine comes, so that its first start finds all it needs.
/usr/local/sbin/docker-pki init || fail "the certificates could not be made; look at the console log"
if ! command -v dockerd >/dev/null; then
    install_engine || fail "the engine could not be installed; look at its package source and the network"
fi
[ -z "$audit" ] || audit_docker || fail "the audit rules could not be loaded; look at journalctl -u auditd"
start_dockerd || fail "docker.service could not be started; look at journalctl -u docker"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config /dev/null -subj "/CN=first boot" \
    -keyout "$work/key.pem" -out "$work/csr.pem" 2>/dev/null
/usr/local/sbin/docker-pki sign <"$work/csr.pem" >"$work/cert.pem" || fail "no client certificate could be signed"
[ -z "$docker_user" ] || let_in "$docker_user" || fail "the group docker takes no $docker_user; look at the console log"
wait_for_dockerd || fail "dockerd does not answer; look at journalctl -u docker"
start_enabled
engine_version=$(sed -n 's/^{.*"Version":"\([^"]*\)","ApiVersion".*/\1/p' "$work/version")
keys=$(cut -d' ' -f1,2 /etc/ssh/ssh_host_*_key.pub | sort | sed 's/.*/"&"/' | paste -s -d, | sed 's/,/, /g')
report SUCCESS "dockerd answers" "{\"ssh_host_keys\": [$keys],\
 \"docker_ca_fingerprint\": \"$(/usr/local/sbin/docker-pki fingerprint)\", \"engine_version\": \"$engine_version\"}"
