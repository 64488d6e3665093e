using System.Globalization;
using System.Text;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// The password of a module: <c>SharedAccessSignature sr={resource}&amp;sig={signature}&amp;se={seconds}</c>. The signature is the HMAC-SHA256
/// of <c>{resource}\n{seconds}</c>; the form is the one that the official Node client writes, and parts are read in any order
/// (azure-iot-sdk-node <c>shared_access_signature.ts</c>; edge-hub <c>DeviceScopeTokenAuthenticator.cs</c>).
/// </summary>
/// <param name="Resource">Percent-encoded, as it was signed.</param>
/// <param name="ExpirySeconds">Seconds since 1970, UTC.</param>
/// <param name="Signature">Base64.</param>
public readonly record struct SasToken(string Resource, long ExpirySeconds, string Signature)
{
    private const string Scheme = "SharedAccessSignature ";

    // 9999-12-31; what is beyond is no instant.
    private const long LastSecond = 253_402_300_799;

    public DateTimeOffset ExpiresAt => DateTimeOffset.FromUnixTimeSeconds(ExpirySeconds);

    /// <summary>The resource that a module signs for: its own name at the hub.</summary>
    public static string ResourceOf(string hubHostName, ModuleIdentity module) =>
        Uri.EscapeDataString($"{hubHostName}/devices/{module.DeviceId}/modules/{module.ModuleId}");

    /// <summary>The bytes that are signed.</summary>
    public static byte[] ToSign(string resource, long expirySeconds) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{resource}\n{expirySeconds}"));

    /// <summary>False unless resource, signature and expiry are all there and readable.</summary>
    public static bool TryParse(string? text, out SasToken token)
    {
        token = default;
        if (text is null || !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in text[Scheme.Length..].Split('&'))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !parts.TryAdd(pair[..equals].Trim(), pair[(equals + 1)..]))
            {
                return false;
            }
        }

        if (!parts.TryGetValue("sr", out string? resource) || !parts.TryGetValue("sig", out string? signature)
            || !parts.TryGetValue("se", out string? expiry)
            || !long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) || seconds > LastSecond)
        {
            return false;
        }

        token = new SasToken(resource, seconds, Uri.UnescapeDataString(signature));
        return true;
    }

    /// <summary>Whether it was made for this module, at one of these hosts. Names compare in any case, as edgeHub compares them.</summary>
    public bool IsFor(ModuleIdentity module, params IEnumerable<string> hosts) =>
        Uri.UnescapeDataString(Resource).Split('/') is [var host, "devices", var device, "modules", var name]
        && Same(Uri.UnescapeDataString(device), module.DeviceId) && Same(Uri.UnescapeDataString(name), module.ModuleId)
        && hosts.Any(known => Same(host, known));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Scheme}sr={Resource}&sig={Uri.EscapeDataString(Signature)}&se={ExpirySeconds}");

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
