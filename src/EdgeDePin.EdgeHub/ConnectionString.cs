namespace EdgeDePin.EdgeHub;

/// <summary>
/// <c>HostName=…;GatewayHostName=…;DeviceId=…;ModuleId=…;SharedAccessKey=…</c>, the form in which tools hand a module its identity
/// and its key.
/// </summary>
internal static class ConnectionString
{
    private static readonly string[] Known = ["HostName", "GatewayHostName", "DeviceId", "ModuleId", "SharedAccessKey"];

    /// <exception cref="FormatException">A part is missing, unknown, doubled or no Key=value. No value of a key is repeated.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // The key may itself end with =, so only the first one separates.
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals];
            if (equals < 1 || !Known.Contains(name, StringComparer.OrdinalIgnoreCase) || !parts.TryAdd(name, part[(equals + 1)..]))
            {
                throw new FormatException(
                    $"Connection string: '{(name.Length > 32 ? name[..32] + "…" : name)}' is unknown or stands twice; the parts are {string.Join("=…;", Known)}=….");
            }
        }

        return Known.FirstOrDefault(name => name != "GatewayHostName" && parts.GetValueOrDefault(name, "").Length == 0) is { } missing
            ? throw new FormatException($"Connection string: {missing} is missing; the parts are {string.Join("=…;", Known)}=….")
            : parts;
    }
}
