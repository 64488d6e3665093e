using System.Collections.Immutable;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>What a device does at its first start, and again until it has worked: install the runtime, once the clock and the
/// network are there.</summary>
internal static class FirstStart
{
    public const string Script = "/usr/local/lib/edgedepin/first-start.sh";
    private const string Provision = "/usr/local/lib/edgedepin/provision.sh";

    public static IEnumerable<DeviceFile> Files(DeviceOrder order, ImmutableArray<string> units)
    {
        yield return new DeviceFile("/etc/modules-load.d/edgedepin.conf", "i2c-dev\n");
        // The modules run as user and group 10001; a bus is theirs by its group, so no container needs root.
        yield return new DeviceFile("/etc/udev/rules.d/60-edgedepin.rules", """
            SUBSYSTEM=="i2c-dev", GROUP="10001", MODE="0660"
            SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="10001", MODE="0660"
            SUBSYSTEM=="tty", KERNEL=="ttyAMA[0-9]*|ttyS0|ttyUSB[0-9]*|ttyACM[0-9]*", GROUP="10001", MODE="0660"

            """);
        yield return new DeviceFile(Script, """
            #!/bin/sh
            # Written by 'edgedepin flash'. Runs once as root at the first start; needs no network.
            set -eu
            boot=/boot/firmware
            [ -d "$boot" ] || boot=/boot
            getent group 10001 >/dev/null || groupadd --system --gid 10001 edgedepin-bus
            modprobe i2c-dev 2>/dev/null || true
            udevadm control --reload 2>/dev/null && udevadm trigger 2>/dev/null || true
            systemctl daemon-reload
            systemctl enable ssh.service 2>/dev/null || true
            systemctl enable edgedepin-provision.service
            # The secrets are on the card's other partition now, readable by root only: take them off this one.
            if [ -e "$boot/user-data" ]; then
                printf '#cloud-config\n# Used at the first start.\n{}\n' >"$boot/user-data.new"
                mv "$boot/user-data.new" "$boot/user-data"
            fi
            # The key of the wireless network too, once the system has it in its own configuration; cloud-init takes this file again only with
            # another instance-id.
            key=$(sed -n 's/^ *password: "\(.*\)"$/\1/p' "$boot/network-config" 2>/dev/null || true)
            if [ -n "$key" ]; then
                if printf '%s\n' "$key" | grep -rqsF -f - /etc/netplan; then
                    printf 'version: 2\nethernets:\n  eth0:\n    dhcp4: true\n    optional: true\n' >"$boot/network-config.new"
                    mv "$boot/network-config.new" "$boot/network-config"
                else
                    echo "The wireless key stays in $boot/network-config: the system has not taken it over." >&2
                fi
            fi
            rm -f "$boot/firstrun.sh" "$boot/edgedepin/SHA256SUMS"
            date -u +%Y-%m-%dT%H:%M:%SZ >"$boot/edgedepin/started"
            sync
            systemctl start --no-block edgedepin-provision.service ssh.service 2>/dev/null || true

            """, "0755");
        yield return new DeviceFile("/etc/systemd/system/edgedepin-provision.service", $"""
            # Written by 'edgedepin flash'.
            [Unit]
            Description=Install what EdgeDePin runs on
            Wants=network-online.target time-sync.target
            After=network-online.target time-sync.target
            ConditionPathExists=!/var/lib/edgedepin/provisioned
            StartLimitIntervalSec=0

            [Service]
            Type=oneshot
            ExecStart={Provision}
            # Without a battery-backed clock or a network yet, the next try is as good as the first.
            Restart=on-failure
            RestartSec=30

            [Install]
            WantedBy=multi-user.target

            """);
        yield return new DeviceFile(Provision, order.Provisioning == Provisioning.Offline ? Offline(units) : Online(), "0755");
    }

    private static string Online() => """
        #!/bin/sh
        # Written by 'edgedepin flash'. Safe to run again.
        # https://learn.microsoft.com/azure/iot-edge/how-to-provision-single-device-linux-symmetric
        set -eu
        . /etc/os-release
        case "$ID" in
            ubuntu) from="ubuntu/$VERSION_ID" ;;
            # There are no packages for Debian 13; those for 12 are the nearest.
            *) from="debian/12" ;;
        esac
        export DEBIAN_FRONTEND=noninteractive
        if ! command -v iotedge >/dev/null; then
            source=$(mktemp --suffix=.deb)
            curl --fail --silent --show-error --location --proto '=https' --output "$source" \
                "https://packages.microsoft.com/config/$from/packages-microsoft-prod.deb"
            dpkg --install "$source"
            rm "$source"
            apt-get update
            command -v dockerd >/dev/null || apt-get install --yes moby-engine
            apt-get install --yes aziot-edge
        fi
        for file in identity.pem edge-ca.pem site-ca.pem; do
            [ ! -e "/etc/edgedepin/$file" ] || chown aziotcs:aziotcs "/etc/edgedepin/$file"
        done
        for file in identity.key.pem edge-ca.key.pem; do
            [ ! -e "/etc/edgedepin/$file" ] || chown aziotks:aziotks "/etc/edgedepin/$file"
        done
        iotedge config apply
        mkdir -p /var/lib/edgedepin
        touch /var/lib/edgedepin/provisioned

        """;

    private static string Offline(ImmutableArray<string> units) => $$"""
        #!/bin/sh
        # Written by 'edgedepin flash'. Safe to run again.
        set -eu
        boot=/boot/firmware
        [ -d "$boot" ] || boot=/boot
        if ! command -v podman >/dev/null; then
            apt-get update
            DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends podman
        fi
        # Images that came with the card need no network.
        for archive in "$boot"/edgedepin/images/*.tar; do
            [ ! -e "$archive" ] || podman load --input "$archive"
        done
        mkdir -p /var/lib/edgedepin
        touch /var/lib/edgedepin/provisioned
        systemctl enable --now --no-block {{string.Join(' ', units)}}

        """;
}
