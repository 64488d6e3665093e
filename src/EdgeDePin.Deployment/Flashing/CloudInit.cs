using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>
/// The three files that cloud-init reads from the boot partition (its NoCloud source). Texts are written as JSON strings, which YAML reads
/// as they are (YAML 1.2, §1.3).
/// </summary>
internal static class CloudInit
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string UserData(DeviceOrder order, DeviceSecrets secrets, IEnumerable<DeviceFile> files)
    {
        string? hash = secrets.LoginPasswordHash();
        var text = new StringBuilder("#cloud-config\n# Written by 'edgedepin flash'.\n");
        Line($"hostname: {Quoted(order.Name.Text)}");
        Line("preserve_hostname: false");
        Line("ssh_pwauth: false");
        Line("users:");
        Line($"  - name: {Quoted(order.User)}");
        Line("    groups: [adm, sudo, systemd-journal]");
        Line("    shell: /bin/bash");
        Line($"    lock_passwd: {(hash is null ? "true" : "false")}");
        if (hash is not null)
        {
            Line($"    passwd: {Quoted(hash)}");
        }
        else
        {
            // Who logs in with a key and has no password could not become root otherwise.
            Line("    sudo: [\"ALL=(ALL) NOPASSWD:ALL\"]");
        }

        if (order.SshKey is { } key)
        {
            Line($"    ssh_authorized_keys: [{Quoted(key)}]");
        }

        Line("write_files:");
        foreach (DeviceFile file in files)
        {
            Line($"  - path: {Quoted(file.Path)}");
            Line($"    permissions: {Quoted(file.Mode)}");
            Line("    owner: root:root");
            Line("    encoding: b64");
            Line($"    content: {file.Base64}");
        }

        Line("runcmd:");
        Line($"  - [{Quoted(FirstStart.Script)}]");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    /// <summary>Network configuration, version 2 (netplan).</summary>
    public static string NetworkConfig(DeviceOrder order, DeviceSecrets secrets) => order.Wifi is not { } network
        ? """
        version: 2
        ethernets:
          eth0:
            dhcp4: true
            optional: true

        """
        : string.Create(CultureInfo.InvariantCulture, $"""
        version: 2
        ethernets:
          eth0:
            dhcp4: true
            optional: true
        wifis:
          wlan0:
            dhcp4: true
            optional: true
            regulatory-domain: {order.Country}
            access-points:
              {Quoted(network)}:
                password: {Quoted(secrets.WifiKey(network))}

        """);

    /// <summary>A new id for new contents: cloud-init runs once for each.</summary>
    public static string MetaData(DeviceOrder order, string contents) =>
        $"instance-id: edgedepin-{order.Name}-{contents}\nlocal-hostname: {order.Name}\ndsmode: local\n";

    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString(Plain);
}
