using System.Globalization;
using System.Text;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>
/// The files of Raspberry Pi OS Bookworm, which has no cloud-init: <c>userconf.txt</c>, <c>ssh</c>, and a script that systemd runs once
/// before anything else, as Raspberry Pi Imager writes it.
/// </summary>
internal static class FirstRunScript
{
    /// <summary>User and password hash; an exclamation mark locks the password (shadow(5)).</summary>
    public static string UserConf(DeviceOrder order, DeviceSecrets secrets) => $"{order.User}:{secrets.LoginPasswordHash() ?? "!"}\n";

    public static string Text(DeviceOrder order, DeviceSecrets secrets, IEnumerable<DeviceFile> files)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            #!/bin/bash
            # Written by 'edgedepin flash'. Runs once before the system starts for good, and takes itself away.
            set +e
            put() {
                mkdir -p "$(dirname "$2")"
                ( umask 077; base64 --decode >"$2.new" ) && chmod "$1" "$2.new" && mv "$2.new" "$2"
            }
            old=$(cat /etc/hostname)
            echo {{order.Name}} >/etc/hostname
            sed -i "s/127\.0\.1\.1.*${old}/127.0.1.1\t{{order.Name}}/" /etc/hosts

            """);
        foreach (DeviceFile file in files.Concat(Access(order)).Concat(Wireless(order, secrets)))
        {
            text.Append(CultureInfo.InvariantCulture, $"put {file.Mode} '{file.Path}' <<'END'\n{file.Base64}\nEND\n");
        }

        if (order.Wifi is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"raspi-config nonint do_wifi_country {order.Country}\nrfkill unblock wifi\n");
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
            {{FirstStart.Script}}
            sed -i 's| systemd\.[^ ]*||g' /boot/firmware/cmdline.txt
            rm -f /boot/firmware/firstrun.sh
            sync
            exit 0

            """);
        return text.ToString();
    }

    // The user's home does not exist yet when the script runs.
    private static IEnumerable<DeviceFile> Access(DeviceOrder order)
    {
        if (order.SshKey is { } key)
        {
            yield return new DeviceFile("/etc/edgedepin/authorized_keys", key + "\n");
        }

        yield return new DeviceFile("/etc/ssh/sshd_config.d/60-edgedepin.conf",
            $"PasswordAuthentication no\nAuthorizedKeysFile .ssh/authorized_keys{(order.SshKey is null ? "" : " /etc/edgedepin/authorized_keys")}\n");
    }

    private static IEnumerable<DeviceFile> Wireless(DeviceOrder order, DeviceSecrets secrets)
    {
        if (order.Wifi is { } network)
        {
            // NetworkManager's keyfile: a network name is a list of bytes, so that any character may be in it.
            string name = string.Concat(Encoding.UTF8.GetBytes(network).Select(letter => $"{letter};"));
            yield return new DeviceFile("/etc/NetworkManager/system-connections/edgedepin.nmconnection", $"""
                [connection]
                id=edgedepin
                type=wifi
                [wifi]
                mode=infrastructure
                ssid={name}
                [wifi-security]
                key-mgmt=wpa-psk
                psk={secrets.WifiKey(network)}
                [ipv4]
                method=auto
                [ipv6]
                method=auto

                """, "0600", IsSecret: true);
        }
    }
}
