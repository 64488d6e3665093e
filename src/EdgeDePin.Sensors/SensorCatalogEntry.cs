using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors;

/// <summary>A chip that can be configured by name.</summary>
/// <param name="Chip">Lower case, unique, e.g. <c>bme280</c>.</param>
/// <param name="Family">The InfluxDB measurement of its quantities: <c>weather</c>, <c>air</c> or <c>grid</c>.</param>
/// <param name="Buses">The buses it is made for.</param>
/// <param name="Quantities">What a complete sample of it holds.</param>
/// <param name="Open">Makes the driver; checks the address, asks the chip nothing.</param>
public sealed record SensorCatalogEntry(
    string Chip,
    string Family,
    ImmutableArray<BusKind> Buses,
    ImmutableArray<Quantity> Quantities,
    Func<SensorPlace, ISensor> Open);
