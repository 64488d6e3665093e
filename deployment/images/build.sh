#!/usr/bin/env bash
# Builds the images of the three modules and of the hub, with their bills of materials and a file of digests for 'manifest render --pins'.
#   deployment/images/build.sh                                  linux/amd64 and linux/arm64, names localhost/edgedepin-*
#   REGISTRY=registry.example.org/edgedepin ARCHS=arm64 deployment/images/build.sh
#   PUSH=true REGISTRY=… deployment/images/build.sh             also pushes, and pins what the registry has
#   BASE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled deployment/images/build.sh
#   PROGRAMS_ONLY=true ARCHS=arm64 deployment/images/build.sh   publishes what the images hold, and builds none
#   IMAGES="edgedepin-sensor edgedepin-hub" deployment/images/build.sh   these and no others
# Without BASE the images stand on the few files of Debian that base/rootfs.sh gathers. Nothing of the other processor is run.
set -euo pipefail
cd "$(dirname "$0")/../.."
registry=${REGISTRY:-localhost}
archs=${ARCHS:-amd64 arm64}
version=${VERSION:-0.1.0}
out=$PWD/artifacts/images
configuration=Release
# Some sandboxes allow no more, and a build needs no more.
build=(podman --runtime "${RUNTIME:-runc}" build --quiet --format docker --ulimit nofile=1024:1024 --ulimit nproc=1024:1024)

say() { printf '== %s\n' "$*"; }
rid() { case $1 in amd64) echo linux-x64 ;; arm64) echo linux-arm64 ;; *) echo "unknown processor $1: use amd64 or arm64" >&2 && exit 2 ;; esac; }

# Sensor module and hub as native programs, where there is a compiler for the processor; else, as the others, with the .NET runtime beside it.
native() {
    case $1 in modules/SensorModule | modules/HubModule) ;; *) return 0 ;; esac
    local host; host=$(dpkg --print-architecture)
    if [ "$2" = "$host" ] && command -v gcc >/dev/null; then
        echo -p:Native=true
    elif [ "$2" = arm64 ] && command -v aarch64-linux-gnu-gcc >/dev/null; then
        echo -p:Native=true -p:CppCompilerAndLinker=aarch64-linux-gnu-gcc -p:ObjCopyName=aarch64-linux-gnu-objcopy
    fi
}

# Project, name of the image, and native libraries that come with what the project sees but that the program never calls: sensor and compute
# have no store, and neither sensor module nor hub signs records.
parts=("modules/SensorModule edgedepin-sensor libduckdb.so libsodium.so" "modules/TelemetryModule edgedepin-telemetry"
    "modules/ComputeModule edgedepin-compute libduckdb.so" "modules/HubModule edgedepin-hub libduckdb.so libsodium.so")

wanted=()
for part in "${parts[@]}"; do
    read -r _ image _ <<<"$part"
    [[ " ${IMAGES:-$image} " != *" $image "* ]] || wanted+=("$part")
done
for image in ${IMAGES:-}; do
    [[ " ${parts[*]} " == *" $image"[\ ]* ]] || { echo "IMAGES names '$image'; there are edgedepin-sensor, edgedepin-telemetry, edgedepin-compute, edgedepin-hub" >&2; exit 2; }
done
parts=("${wanted[@]}")

mkdir -p "$out/base"
for arch in $archs; do
    if [ -z "${BASE:-}" ]; then
        say "base for $arch"
        deployment/images/base/rootfs.sh "$arch" "$out/base/rootfs-$arch"
        [ "${PROGRAMS_ONLY:-}" = true ] || "${build[@]}" --platform "linux/$arch" -f deployment/images/base/Dockerfile -t "localhost/edgedepin-base:$arch" "$out/base" >/dev/null
    fi
    for part in "${parts[@]}"; do
        read -r project image unused <<<"$part"
        name=$(basename "$project")
        say "$image for $arch"
        folder=$out/$image
        rm -rf "${folder:?}/$arch" && mkdir -p "$folder/$arch" "$folder/data"
        # shellcheck disable=SC2046
        dotnet publish "$project" -c "$configuration" -r "$(rid "$arch")" --self-contained $(native "$project" "$arch") -v quiet -nologo -o "$folder/$arch"
        rm -f "$folder/$arch"/*.pdb "$folder/$arch"/*.dbg "$folder/$arch"/*.xml
        # Debugger, dumps and traces need a shell to be of use, and there is none.
        rm -f "$folder/$arch"/{libmscordaccore,libmscordbi,libcoreclrtraceptprovider,libclrgcexp}.so "$folder/$arch/createdump"
        for library in $unused; do rm -f "$folder/$arch/$library"; done
        cp "artifacts/obj/$name/project.assets.json" "$folder/$arch.assets.json"
    done
done

[ "${PROGRAMS_ONLY:-}" != true ] || exit 0

# The command that was just built for this machine writes the bills.
say "bills of materials and images"
dotnet build src/EdgeDePin.Cli -c "$configuration" -v quiet -nologo
pins=$out/pins.json
printf '{"images":{' >"$pins.new"
comma=
# What is not built now keeps its pin.
if [ -n "${IMAGES:-}" ] && [ -f "$pins" ]; then
    while IFS= read -r pin; do
        image=${pin#"\"$registry/"} && image=${image%%:*}
        [[ " $IMAGES " == *" $image "* ]] && continue
        printf '%s\n%s' "$comma" "$pin" >>"$pins.new"
        comma=,
    done < <(sed -n '/^"/ s/,$//p; t; /^"/p' "$pins")
fi
for part in "${parts[@]}"; do
    read -r project image _ <<<"$part"
    folder=$out/$image
    podman manifest rm "$registry/$image:$version" >/dev/null 2>&1 || podman rmi -f "$registry/$image:$version" >/dev/null 2>&1 || true
    platforms=
    for arch in $archs; do
        packages=()
        [ -n "${BASE:-}" ] || packages=(--packages "$out/base/rootfs-$arch.packages")
        artifacts/bin/EdgeDePin.Cli/release/edgedepin images sbom --name "$image" --version-of-image "$version" --runtime "$(rid "$arch")" \
            --assets "$folder/$arch.assets.json" "${packages[@]}" --out "$folder/$arch.cdx.json"
        "${build[@]}" --platform "linux/$arch" --manifest "$registry/$image:$version" --build-arg "BASE=${BASE:-localhost/edgedepin-base:$arch}" \
            -f "$project/Dockerfile" "$folder" >/dev/null
        platforms="$platforms${platforms:+,}\"linux/$arch\""
    done
    if [ "${PUSH:-}" = true ]; then
        podman manifest push --all --digestfile "$folder/digest" "$registry/$image:$version" "docker://$registry/$image:$version"
        digest=$(cat "$folder/digest")
    else
        # A registry compresses the layers and so has another digest; and of the list this machine can run one image, if that.
        arch=${archs%% *}
        [[ " $archs " != *" $(dpkg --print-architecture) "* ]] || arch=$(dpkg --print-architecture)
        digest=$(podman manifest inspect "$registry/$image:$version" |
            sed -n '/"digest"/h; /"architecture": "'"$arch"'"/ { g; s/.*"\(sha256:[0-9a-f]*\)".*/\1/p }')
        platforms="\"linux/$arch\""
    fi
    printf '%s\n"%s/%s:%s":{"digest":"%s","platforms":[%s]}' "$comma" "$registry" "$image" "$version" "$digest" "$platforms" >>"$pins.new"
    comma=,
done
printf '\n}}\n' >>"$pins.new"
mv "$pins.new" "$pins"
say "digests in $pins"
