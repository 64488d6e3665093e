using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>
/// What only the device may know. Read from a file of mode 600 or from standard input, lines NAME=VALUE:
/// <c>WIFI_PASSWORD</c>, <c>LOGIN_PASSWORD_HASH</c>, <c>DPS_SYMMETRIC_KEY</c> or <c>DPS_GROUP_KEY</c>, <c>CONNECTION_STRING</c>,
/// <c>IDENTITY_KEY_FILE</c> (path of a PEM file of mode 600).
/// </summary>
public sealed class DeviceSecrets
{
    public static readonly DeviceSecrets None = new("no secrets", ImmutableDictionary<string, string>.Empty);

    private static readonly string[] Known =
        ["WIFI_PASSWORD", "LOGIN_PASSWORD_HASH", "DPS_SYMMETRIC_KEY", "DPS_GROUP_KEY", "CONNECTION_STRING", "IDENTITY_KEY_FILE"];

    private readonly string _source;
    private readonly ImmutableDictionary<string, string> _values;

    private DeviceSecrets(string source, ImmutableDictionary<string, string> values) => (_source, _values) = (source, values);

    /// <exception cref="DeploymentException">Not readable, open to others, or malformed. No value is ever shown.</exception>
    public static DeviceSecrets ReadFile(string file)
    {
        RefuseOpen(file);
        return Parse(file, EnvironmentFile.Read(file));
    }

    /// <exception cref="DeploymentException">Malformed. No value is ever shown.</exception>
    public static DeviceSecrets Read(string source, string text) => Parse(source, EnvironmentFile.Parse(source, text));

    /// <summary>The WPA key of a wireless network in 64 hexadecimal digits, so that the passphrase itself stays here. (IEEE 802.11i, annex H.4)</summary>
    /// <exception cref="DeploymentException">No passphrase, or not 8 to 63 characters.</exception>
    public string WifiKey(string network)
    {
        string passphrase = Need("WIFI_PASSWORD", $"the wireless network '{network}'");
        return passphrase.Length is >= 8 and <= 63
            ? Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(
                Encoding.UTF8.GetBytes(passphrase), Encoding.UTF8.GetBytes(network), 4096, HashAlgorithmName.SHA1, 32))
            : throw new DeploymentException($"{_source}: WIFI_PASSWORD has {passphrase.Length} characters; WPA takes 8 to 63.");
    }

    /// <summary>A hash as <c>openssl passwd -6</c> prints it; null locks the password.</summary>
    /// <exception cref="DeploymentException">Not such a hash.</exception>
    public string? LoginPasswordHash() => !_values.TryGetValue("LOGIN_PASSWORD_HASH", out string? hash) ? null
        : hash.StartsWith("$6$", StringComparison.Ordinal) || hash.StartsWith("$y$", StringComparison.Ordinal) ? hash
        : throw new DeploymentException($"{_source}: LOGIN_PASSWORD_HASH is no hash: make one with 'openssl passwd -6'.");

    /// <summary>The device's own key: given, or derived from the group's by HMAC-SHA256 of the registration id. (Microsoft, "Symmetric key attestation", group enrollments)</summary>
    /// <exception cref="DeploymentException">Neither is there, or it is no base64.</exception>
    public string DpsKey(string registrationId)
    {
        if (_values.ContainsKey("DPS_SYMMETRIC_KEY"))
        {
            return Convert.ToBase64String(Base64("DPS_SYMMETRIC_KEY"));
        }

        if (!_values.ContainsKey("DPS_GROUP_KEY"))
        {
            throw Missing("DPS_SYMMETRIC_KEY or DPS_GROUP_KEY", "dps-symmetric");
        }

        return Convert.ToBase64String(HMACSHA256.HashData(Base64("DPS_GROUP_KEY"), Encoding.UTF8.GetBytes(registrationId)));
    }

    /// <summary>Host, device id and key of a connection string.</summary>
    /// <exception cref="DeploymentException">There is none, or a part is missing.</exception>
    public (string HostName, string DeviceId, string Key) Connection()
    {
        string text = Need("CONNECTION_STRING", "manual provisioning");
        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).Where(part => part.Length == 2)
            .GroupBy(part => part[0], StringComparer.OrdinalIgnoreCase).ToDictionary(part => part.Key, part => part.First()[1], StringComparer.OrdinalIgnoreCase);
        string[] needed = ["HostName", "DeviceId", "SharedAccessKey"];
        return needed.FirstOrDefault(part => !parts.ContainsKey(part)) is { } missing
            ? throw new DeploymentException($"{_source}: CONNECTION_STRING has no {missing}: copy the device's connection string from IoT Hub, not the hub's.")
            : (parts["HostName"], parts["DeviceId"], parts["SharedAccessKey"]);
    }

    /// <summary>The private key of the identity certificate, PEM.</summary>
    /// <exception cref="DeploymentException">It is not named, not readable, or open to others.</exception>
    public string IdentityKey()
    {
        string file = Need("IDENTITY_KEY_FILE", "dps-x509");
        RefuseOpen(file);
        string text = File.ReadAllText(file);
        return text.Contains("PRIVATE KEY-----", StringComparison.Ordinal) ? text : throw new DeploymentException($"{file} holds no private key in PEM.");
    }

    private static DeviceSecrets Parse(string source, Dictionary<string, string> values) =>
        values.Keys.FirstOrDefault(name => !Known.Contains(name)) is { } unknown
            ? throw new DeploymentException($"{source}: {unknown} is no secret that a device has: use {string.Join(", ", Known)}.")
            : values.FirstOrDefault(pair => pair.Value.Length == 0).Key is { } empty
            ? throw new DeploymentException($"{source}: {empty} has no value.")
            : new DeviceSecrets(source, values.ToImmutableDictionary(StringComparer.Ordinal));

    private static void RefuseOpen(string file)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!File.Exists(file))
        {
            throw new DeploymentException($"There is no file {file}: check the path.");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & others) is not UnixFileMode.None and var open)
        {
            throw new DeploymentException($"{file} holds secrets and others can reach it ({open}): run 'chmod 600 {file}'.");
        }
    }

    private string Need(string name, string forWhat) => _values.TryGetValue(name, out string? value) ? value : throw Missing(name, forWhat);

    private DeploymentException Missing(string name, string forWhat) =>
        new($"{_source}: {name} is missing for {forWhat}: write it into a file of mode 600 and give --secrets FILE, or --secrets - and standard input.");

    private byte[] Base64(string name)
    {
        byte[] bytes = new byte[_values[name].Length];
        return Convert.TryFromBase64String(_values[name], bytes, out int length) && length > 0
            ? bytes[..length] : throw new DeploymentException($"{_source}: {name} is no base64.");
    }
}
