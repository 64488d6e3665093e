using System.Buffers;

namespace EdgeDePin.Model;

/// <summary>The alphabet of names that become MQTT topics, InfluxDB tags and file names alike.</summary>
internal static class Names
{
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    public static string Check(string value, string what)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length is 0 or > MaxLength || value.AsSpan().ContainsAnyExcept(Allowed))
        {
            throw new FormatException(
                $"'{value}' is no {what}: use 1 to {MaxLength} of the characters A-Z a-z 0-9 - _ .");
        }

        return value;
    }
}
