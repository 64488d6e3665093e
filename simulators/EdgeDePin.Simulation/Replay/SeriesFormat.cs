using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors;

namespace EdgeDePin.Simulation.Replay;

/// <summary>A kind of published series, recognised by the names in its header.</summary>
/// <param name="Chip">The chip that its values are replayed on.</param>
/// <param name="InstantColumn">UTC.</param>
/// <param name="IdColumn">Names the station, if the series has such a column.</param>
/// <param name="IsLoad">Only a load is in the file, and the other quantities of a meter follow from it.</param>
internal sealed record SeriesFormat(
    string Origin,
    string Chip,
    char Separator,
    string InstantColumn,
    string InstantPattern,
    string? IdColumn,
    ImmutableArray<SeriesColumn> Columns,
    bool IsLoad = false)
{
    /// <summary>The series we know. The ranges are those of the chips: what they cannot hold cannot be replayed on them.</summary>
    public static ImmutableArray<SeriesFormat> Known { get; } =
    [
        new("Sensor.Community BME280", "bme280", ';', "timestamp", "yyyy-MM-dd'T'HH:mm:ss", "sensor_id",
        [
            new("temperature", Quantity.Temperature, -40, 85),
            new("pressure", Quantity.Pressure, 30_000, 110_000),
            new("humidity", Quantity.RelativeHumidity, 0, 100),
        ]),
        new("Sensor.Community SDS011", "sds011", ';', "timestamp", "yyyy-MM-dd'T'HH:mm:ss", "sensor_id",
        [
            new("P2", Quantity.Pm25, 0, 6_553.5),
            new("P1", Quantity.Pm10, 0, 6_553.5),
        ]),
        // Kilowatts are our reading of HUFL, whose unit the publishers do not state.
        new("ETT transformer load", "sdm630", ',', "date", "yyyy-MM-dd HH:mm:ss", null,
            [new("HUFL", Quantity.Power, -1e9, 1e9, Factor: 1_000)], IsLoad: true),
    ];

    public IReadOnlyList<Quantity> Quantities => SensorCatalog.Entry(Chip).Quantities;

    public bool Matches(string header)
    {
        string[] names = header.Split(Separator);
        return names.Contains(InstantColumn) && Columns.All(column => names.Contains(column.Name));
    }

    public override string ToString() => $"{Origin} ({InstantColumn}{Separator}{string.Join(Separator, Columns.Select(column => column.Name))})";
}
