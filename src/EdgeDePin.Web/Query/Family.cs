using EdgeDePin.Model;

namespace EdgeDePin.Web.Query;

/// <summary>The readings of one InfluxDB measurement, with its fields as the model declares them.</summary>
public sealed record Family(string Measurement, string Title, IReadOnlyList<Quantity> Quantities)
{
    public static IReadOnlyList<Family> All { get; } =
    [
        Of("weather", "Weather"),
        Of("air", "Air"),
        Of("grid", "Grid"),
        Of("water", "Water"),
        Of("analog", "Analog inputs"),
    ];

    public string[] Fields { get; } = [.. Quantities.Select(quantity => quantity.Field)];

    private static Family Of(string measurement, string title) =>
        new(measurement, title, [.. Quantity.All.Where(quantity => quantity.Measurement == measurement)]);
}
