#!/usr/bin/env bash
# Sets up everything the tests need, builds the solution and runs all of its tests.
#   tests/run.sh                 everything
#   CI=true tests/run.sh         the same, and a skipped test is a failure
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=Release

say() { printf "\n== %s (%s)\n" "$*" "$(date +%T)"; }

# Real servers and a real browser. Each test starts its own private instance on loopback; no system service is needed.
install() {
    local missing=()
    command -v influxd >/dev/null || missing+=(influxdb)
    command -v influx >/dev/null || missing+=(influxdb-client)
    command -v victoria-metrics >/dev/null || missing+=(victoria-metrics)
    command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || missing+=(mosquitto)
    command -v chromium >/dev/null || missing+=(chromium)
    command -v sfdisk >/dev/null || [ -x /usr/sbin/sfdisk ] || missing+=(fdisk)
    command -v mkfs.vfat >/dev/null || [ -x /usr/sbin/mkfs.vfat ] || missing+=(dosfstools)
    command -v mcopy >/dev/null || missing+=(mtools)
    command -v cloud-init >/dev/null || missing+=(cloud-init)
    command -v xxd >/dev/null || missing+=(xxd)
    command -v podman >/dev/null || missing+=(podman)
    command -v runc >/dev/null || [ -x /usr/sbin/runc ] || missing+=(runc)
    command -v buildah >/dev/null || missing+=(buildah)
    [ -x /usr/lib/cni/bridge ] || missing+=(containernetworking-plugins)
    command -v iptables >/dev/null || [ -x /usr/sbin/iptables ] || missing+=(iptables)
    command -v nft >/dev/null || [ -x /usr/sbin/nft ] || missing+=(nftables)
    command -v ip >/dev/null || [ -x /usr/sbin/ip ] || missing+=(iproute2)
    command -v socat >/dev/null || missing+=(socat)
    command -v mbpoll >/dev/null || missing+=(mbpoll)
    [ -e /usr/include/modbus/modbus.h ] || missing+=(libmodbus-dev)
    command -v strace >/dev/null || missing+=(strace)
    command -v faketime >/dev/null || missing+=(faketime)
    command -v mkfs.ext4 >/dev/null || [ -x /usr/sbin/mkfs.ext4 ] || missing+=(e2fsprogs)
    command -v gcc >/dev/null || missing+=(gcc)
    command -v npm >/dev/null || missing+=(nodejs npm)
    command -v qemu-aarch64-static >/dev/null || missing+=(qemu-user-static)
    command -v aarch64-linux-gnu-gcc >/dev/null || missing+=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross libstdc++6-arm64-cross)
    command -v clang >/dev/null || missing+=(clang)
    command -v wasm-ld >/dev/null || missing+=(lld)
    [ -d /usr/lib/wasm32-wasi ] || missing+=(wasi-libc libclang-rt-14-dev-wasm32)
    [ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "Not installed: ${missing[*]}. Tests that need them will say that they were skipped (apt-get install ${missing[*]})."
        return 0
    fi
    say "installing ${missing[*]}"
    # Packages must not start their services: the tests bring up instances of their own.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The official Node client of IoT Edge, which talks to our hub in the tests. Its packages stay out of the repository.
install_node_client() {
    command -v npm >/dev/null || return 0
    mkdir -p artifacts/node-client
    cp tests/EdgeDePin.EndToEnd/NodeClient/* artifacts/node-client/
    npm install --prefix artifacts/node-client --no-audit --no-fund --loglevel=error >/dev/null
}

install
install_node_client

say "restore"
dotnet restore EdgeDePin.sln

say "build ($configuration, warnings are errors)"
dotnet build EdgeDePin.sln -c "$configuration" --no-restore

# The sensor module as the native binary that a device runs; where no compiler is, its test says so.
publish_native() {
    command -v gcc >/dev/null && [ -e /usr/include/zlib.h ] || return 0
    say "publish native"
    dotnet publish modules/SensorModule -c "$configuration" -r linux-x64 -p:Native=true -o artifacts/native/SensorModule
}

publish_native

# Small JavaScript programs that judge what we write, with pinned packages.
if command -v npm >/dev/null; then
    say "validators"
    for program in SchemaValidator BillValidator ModbusPeer RecordValidator; do
        mkdir -p "artifacts/npm/$program"
        cp -r "tests/EdgeDePin.EndToEnd/$program"/. "artifacts/npm/$program/"
        (cd "artifacts/npm/$program" && npm install --silent --no-package-lock --no-audit --no-fund)
    done
fi

say "format"
dotnet format whitespace . --folder --verify-no-changes --exclude artifacts

# The images for both processors. What a Raspberry Pi runs, an emulator of its processor runs in the tests of whole programs; those of
# the parts need no image and run meanwhile.
build_images() {
    say "images"
    command -v podman >/dev/null || export PROGRAMS_ONLY=true
    ARCHS="amd64 arm64" deployment/images/build.sh
    dotnet publish tests/EdgeDePin.TaskDigests -c "$configuration" -r linux-arm64 --self-contained -v quiet -nologo -o artifacts/digests/arm64
    say "images are built"
}

images="" images_log=$(mktemp)
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    (set -e; build_images) >"$images_log" 2>&1 &
    images=$!
fi

await_images() {
    [ -n "$images" ] || return 0
    local ended=0
    wait "$images" || ended=$?
    images=""
    cat "$images_log"
    rm -f "$images_log"
    [ "$ended" -eq 0 ] || { echo "The images were not built: exit code $ended."; exit 1; }
}

log=$(mktemp)
passed=0 failed=0 skipped=0
count() { sed -n "s/^ *$1: *\([0-9][0-9]*\).*/\1/p" "$log" | tail -1; }
for project in tests/EdgeDePin.Tests tests/EdgeDePin.EndToEnd; do
    [ "$project" != tests/EdgeDePin.EndToEnd ] || await_images
    say "$project"
    dotnet test --project "$project" -c "$configuration" --no-build --no-restore 2>&1 | tee "$log" || true
    total=$(count total)
    if [ -z "$total" ]; then
        echo "$project: no test ran to its end"
        failed=$((failed + 1))
        continue
    fi
    passed=$((passed + $(count succeeded)))
    failed=$((failed + $(count failed)))
    skipped=$((skipped + $(count skipped)))
done
rm -f "$log"

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ] || exit 1
[ "${CI:-}" != true ] || [ "$skipped" -eq 0 ]
