#!/usr/bin/env bash
# Writes the images that build.sh has built for one processor onto a card, for a device without a network.
#   deployment/images/card.sh arm64 /media/me/bootfs/edgedepin/images
# Beside them it writes pins.json, the ids that they have once they are loaded: 'edgedepin flash --provisioning offline --pins FOLDER/pins.json' makes
# units that run these and no others. 'podman save' would write the images of the machine that it runs on.
set -euo pipefail
[ $# -eq 2 ] || { echo "card.sh PROCESSOR FOLDER, for instance: card.sh arm64 /media/me/bootfs/edgedepin/images" >&2; exit 2; }
arch=$1
mkdir -p "$2"
card=$(cd "$2" && pwd)
registry=${REGISTRY:-localhost}
version=${VERSION:-0.1.0}

# Pins beside other archives than theirs would keep the device from starting any.
rm -f "$card/pins.json"
pins='{"images":{'
comma=
for image in sensor telemetry compute hub; do
    name=$registry/edgedepin-$image:$version
    digest=$(podman manifest inspect "$name" | sed -n '/"digest"/h; /"architecture": "'"$arch"'"/ { g; s/.*"\(sha256:[0-9a-f]*\)".*/\1/p }')
    [ -n "$digest" ] || { echo "$name has no image for '$arch': ARCHS=$arch deployment/images/build.sh" >&2; exit 1; }
    # An archive is not written over.
    rm -f "$card/$image.tar"
    id=$(podman image inspect --format '{{.Id}}' "${name%:*}@$digest")
    podman push --quiet "$id" "docker-archive:$card/$image.tar:$name"
    # An image's id is the digest of its configuration, which the archive must have kept byte by byte.
    config=$(tar -xOf "$card/$image.tar" manifest.json | sed -n 's/.*"Config":"\([^"]*\)".*/\1/p')
    written=$(tar -xOf "$card/$image.tar" "$config" | sha256sum | cut -d' ' -f1)
    [ "$written" = "${id#sha256:}" ] || { echo "$card/$image.tar holds $written and not $id: is the card full or failing?" >&2; exit 1; }
    pins="$pins$comma
\"$name\":{\"id\":\"sha256:$written\",\"platforms\":[\"linux/$arch\"]}"
    comma=,
done
printf '%s\n}}\n' "$pins" >"$card/pins.json"
