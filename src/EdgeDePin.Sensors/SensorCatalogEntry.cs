using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors;

/// <summary>A chip that can be configured by name.</summary>
/// <param name="Chip">Lower case, unique, e.g. <c>bme280</c>.</param>
/// <param name="Folder">Where its driver, wiring guide and sample configuration are, e.g. <c>Weather/Bme280</c>.</param>
/// <param name="Buses">The buses it is made for.</param>
/// <param name="Quantities">What a complete sample of it holds.</param>
/// <param name="Open">Makes the driver; checks the address, asks the chip nothing.</param>
/// <param name="WarmUpSeconds">After power-on its values are not to be trusted for so long.</param>
/// <param name="CanSleep">Fan and laser can be off between samples.</param>
public sealed record SensorCatalogEntry(
    string Chip,
    string Folder,
    ImmutableArray<BusKind> Buses,
    ImmutableArray<Quantity> Quantities,
    Func<SensorPlace, ISensor> Open,
    int WarmUpSeconds = 0,
    bool CanSleep = false)
{
    /// <summary>The InfluxDB measurement of its first quantity: <c>weather</c>, <c>air</c>, <c>grid</c>, <c>water</c> or <c>analog</c>.</summary>
    public string Family => Quantities[0].Measurement;

    /// <summary>How it stands in a configuration, with every option that it has explained.</summary>
    public string Sample()
    {
        using Stream stream = typeof(SensorCatalogEntry).Assembly.GetManifestResourceStream($"{Chip}.sample.json")
            ?? throw new InvalidOperationException($"{Folder} has no {Chip}.sample.json.");
        using var reader = new StreamReader(stream);
        var lines = new List<string>(reader.ReadToEnd().TrimEnd('\n').Split('\n'));

        // The period stands last, with its comment above it; what every chip has comes before, unless the sample has an example of its own.
        int place = lines.FindIndex(line => line.TrimStart().StartsWith("\"PeriodMilliseconds\"", StringComparison.Ordinal)) - 1;
        if (Buses.Contains(BusKind.Serial) && !lines.Exists(line => line.Contains("\"Baud\"", StringComparison.Ordinal)))
        {
            lines.Insert(place++, "      // A line may have a \"Baud\" of 300 to 115200 and a \"Format\" (EightNoneOne, EightEvenOne, SevenEvenOne, EightNoneTwo). Default: the chip's own.");
        }

        foreach ((string key, string comment, string value) in Common())
        {
            if (!lines.Exists(line => line.TrimStart().StartsWith($"\"{key}\"", StringComparison.Ordinal)))
            {
                lines.InsertRange(place, [$"      // {comment}", $"      \"{key}\": {value},"]);
                place += 2;
            }
        }

        return string.Join('\n', lines) + "\n";
    }

    private IEnumerable<(string Key, string Comment, string Value)> Common()
    {
        yield return ("Oversampling", "A sample is the mean of so many questions, 1 to 64. Default 1.", "1");
        yield return ("Calibrations", "Slope times value plus offset, at most one for each quantity, with who compared it with what. Default: none.",
            $$"""[ { "Quantity": "{{Quantities[0].Name}}", "Slope": 1, "Offset": 0, "Provenance": "as the chip says" } ]""");
        yield return ("DataClass", "Who may see it, and so whether neighbours are compared: LocalOnly, Owner, Site or Public. Default LocalOnly.", "\"LocalOnly\"");
        yield return ("PhaseMilliseconds", "Milliseconds before the first sample, 0 to below the period, so that sensors of one bus do not all begin at once. Default 0.", "0");
    }
}
