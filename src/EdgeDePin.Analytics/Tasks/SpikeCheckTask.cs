using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// <c>spike-check@1</c>: own input the means of earlier windows, dependencies the aggregates of this one, output a robust score
/// per sensor and quantity and whether it is a spike. Counters have no usual value and are passed over.
/// </summary>
internal static class SpikeCheckTask
{
    public static readonly TaskKind Kind = new("spike-check", 1);

    public static byte[] Run(TaskInput input, CancellationToken cancellationToken)
    {
        List<SensorSeries> history = WindowContext.DecodeForSpikes(input.Own);
        var values = new List<DerivedValue>();
        foreach (Aggregate aggregate in input.Dependencies.SelectMany(Aggregate.Decode).Where(aggregate => aggregate.Quantity != Quantity.Energy))
        {
            double[] before = [.. history
                .Where(series => series.Sensor == aggregate.Sensor && series.Quantity == aggregate.Quantity)
                .SelectMany(series => series.Values).OfType<double>()];
            if (RobustScore.Of(aggregate.Quantity, aggregate.Mean, before) is double score)
            {
                values.Add(new DerivedValue($"{aggregate.Quantity}_robust_score", "/", score, aggregate.Sensor, aggregate.From));
                values.Add(new DerivedValue(
                    $"{aggregate.Quantity}_spike", "/", score >= RobustScore.Spike ? 1 : 0, aggregate.Sensor, aggregate.From));
            }
        }

        return DerivedValue.Encode(values);
    }
}
