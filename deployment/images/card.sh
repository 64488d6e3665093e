#!/usr/bin/env bash
# Writes the images that build.sh has built for one processor onto a card, for a device without a network.
#   deployment/images/card.sh arm64 /media/me/bootfs/edgedepin/images
# 'podman save' would write the images of the machine that it runs on.
set -euo pipefail
[ $# -eq 2 ] || { echo "card.sh PROCESSOR FOLDER, for instance: card.sh arm64 /media/me/bootfs/edgedepin/images" >&2; exit 2; }
arch=$1
mkdir -p "$2"
card=$(cd "$2" && pwd)
registry=${REGISTRY:-localhost}
version=${VERSION:-0.1.0}

for image in sensor telemetry compute hub; do
    name=$registry/edgedepin-$image:$version
    digest=$(podman manifest inspect "$name" | sed -n '/"digest"/h; /"architecture": "'"$arch"'"/ { g; s/.*"\(sha256:[0-9a-f]*\)".*/\1/p }')
    [ -n "$digest" ] || { echo "$name has no image for '$arch': ARCHS=$arch deployment/images/build.sh" >&2; exit 1; }
    # An archive is not written over.
    rm -f "$card/$image.tar"
    podman push --quiet "$(podman image inspect --format '{{.Id}}' "${name%:*}@$digest")" "docker-archive:$card/$image.tar:$name"
done
