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
        return reader.ReadToEnd();
    }
}
