using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Replay;

/// <summary>What a meter shows where a published series tells only the load.</summary>
internal sealed class MeterOfLoad
{
    private const double Volts = 230;
    private const double Hertz = 50;

    private DateTimeOffset? _previous;
    private double _watts;
    private double _kilowattHours;

    /// <summary>
    /// The values of one row in the order of <paramref name="quantities"/>. A load holds until the next row; export (a negative
    /// load) leaves the import counter where it is, and so does a missing load.
    /// </summary>
    public double[] Row(SeriesRow row, IReadOnlyList<Quantity> quantities)
    {
        if (_previous is { } previous)
        {
            _kilowattHours += Math.Max(0, _watts) / 1_000 * (row.Instant - previous).TotalHours;
        }

        double watts = row.Values[0];
        (_previous, _watts) = (row.Instant, double.IsNaN(watts) ? 0 : watts);
        return [.. quantities.Select(quantity => Value(quantity, watts))];
    }

    private double Value(Quantity quantity, double watts) =>
        quantity == Quantity.Power ? watts
        : quantity == Quantity.Current ? Math.Abs(watts) / Volts
        : quantity == Quantity.Voltage ? Volts
        : quantity == Quantity.Frequency ? Hertz
        : _kilowattHours;
}
