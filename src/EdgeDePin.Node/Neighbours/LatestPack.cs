using System.Buffers;
using System.Text.Json;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;

namespace EdgeDePin.Node.Neighbours;

/// <summary>
/// What was measured last, on its way from a node's sensor module to its compute module, to neighbours, and to their sensor modules:
/// <c>{"boot":"…","neighbour":"…","values":[{"n":"temperature","v":21.4,"t":812.5,"class":"site"}, …]}</c>. Within a device <c>t</c> is
/// the uptime at which the value was read, in seconds, and <c>boot</c> says since which start; between devices, whose clocks need not agree,
/// <c>t</c> is the age of the value, there is no <c>boot</c>, and no class either: who may see it has seen it.
/// </summary>
/// <param name="Boot">The start of the device; null between devices.</param>
/// <param name="Neighbour">Whose values they are; null: the node's own.</param>
/// <param name="Values">At most <see cref="MostValues"/>; instants count from 1970 as uptime or age do from 0.</param>
public sealed record LatestPack(string? Boot, string? Neighbour, IReadOnlyList<LatestValue> Values)
{
    /// <summary>Of one pack. There are fewer quantities that can be compared.</summary>
    public const int MostValues = 64;

    /// <summary>No pack is longer.</summary>
    public const int MostBytes = 8 * 1024;

    private const double MostSeconds = 1e10;   // three centuries of uptime

    /// <summary>As UTF-8; values beyond <see cref="MostValues"/> are left out.</summary>
    public byte[] Encode()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        if (Boot is not null)
        {
            json.WriteString("boot", Boot);
        }

        if (Neighbour is not null)
        {
            json.WriteString("neighbour", Neighbour);
        }

        json.WriteStartArray("values");
        foreach (LatestValue one in Values.Take(MostValues))
        {
            json.WriteStartObject();
            json.WriteString("n", one.Quantity.Name);
            json.WriteNumber("v", one.Value);
            json.WriteNumber("t", Math.Round((one.At - DateTimeOffset.UnixEpoch).TotalSeconds, 3));
            if (Boot is not null && Neighbour is null)
            {
                json.WriteString("class", NameOf(one.Class));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a pack. Quantities that this version does not know are left out; a class that it does not know is the strictest.</summary>
    /// <exception cref="FormatException">Not a pack; the message says why.</exception>
    public static LatestPack Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MostBytes)
        {
            throw new FormatException($"{bytes.Length} bytes of latest values; at most {MostBytes}.");
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 4 });
            JsonElement values = json.RootElement.GetProperty("values");
            if (values.GetArrayLength() > MostValues)
            {
                throw new FormatException($"{values.GetArrayLength()} latest values; at most {MostValues}.");
            }

            var read = new List<LatestValue>();
            foreach (JsonElement one in values.EnumerateArray())
            {
                if (Quantity.TryParse(one.GetProperty("n").GetString() ?? "", out Quantity? quantity))
                {
                    read.Add(new LatestValue(quantity, Finite(one, "v"), DateTimeOffset.UnixEpoch.AddSeconds(Seconds(one)), ClassOf(one)));
                }
            }

            return new LatestPack(Text(json.RootElement, "boot"), Text(json.RootElement, "neighbour"), read);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"Not latest values: {error.Message}", error);
        }
    }

    private static double Finite(JsonElement one, string name) =>
        one.GetProperty(name).TryGetDouble(out double number) && double.IsFinite(number) ? number : throw new FormatException($"Latest values: '{name}' is no number.");

    private static double Seconds(JsonElement one) => Finite(one, "t") is >= 0 and <= MostSeconds and var seconds
        ? seconds
        : throw new FormatException($"Latest values: 't' is {Finite(one, "t")}; use 0 to {MostSeconds} s.");

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement text)
        ? text.GetString() is { Length: > 0 and <= 64 } known ? known : throw new FormatException($"Latest values: '{name}' is empty or too long.")
        : null;

    private static string NameOf(SensorDataClass dataClass) => dataClass switch
    {
        SensorDataClass.Owner => "owner",
        SensorDataClass.Site => "site",
        SensorDataClass.Public => "public",
        _ => "local-only",
    };

    private static SensorDataClass ClassOf(JsonElement one) => (one.TryGetProperty("class", out JsonElement name) ? name.GetString() : null) switch
    {
        "owner" => SensorDataClass.Owner,
        "site" => SensorDataClass.Site,
        "public" => SensorDataClass.Public,
        _ => SensorDataClass.LocalOnly,
    };
}
