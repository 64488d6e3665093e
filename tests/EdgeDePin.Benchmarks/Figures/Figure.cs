using System.Globalization;
using EdgeDePin.Benchmarks.Reports;

namespace EdgeDePin.Benchmarks.Figures;

/// <summary>One row of a table: a question with its unit and goal, and how each contender's answer is measured.</summary>
internal abstract class Figure
{
    /// <summary>Short, lower case, with hyphens; what <c>--only</c> takes.</summary>
    public abstract string Name { get; }

    /// <summary>What is measured, in a few words, with batch sizes and the like.</summary>
    public abstract string What { get; }

    public abstract string Unit { get; }

    /// <summary>Null where there is nothing to reach, only something to know.</summary>
    public abstract Goal? Goal { get; }

    /// <summary>Our own measurement: once, from a fresh start to a clean end.</summary>
    protected abstract Task<double> OursAsync(Bench bench, CancellationToken cancellationToken);

    /// <summary>What others reach on the same machine in the same run; none by default.</summary>
    protected virtual IReadOnlyList<Contender> Anchors(Bench bench) => [];

    /// <summary>Measures all contenders in turns, so that a slow minute of the machine hits all of them; medians count.</summary>
    public async Task<Row> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        Contender[] contenders = [new("edgedepin", OursAsync), .. bench.OnlyOurs ? [] : Anchors(bench)];
        List<double>[] values = [.. contenders.Select(_ => new List<double>())];
        for (int repetition = 1; repetition <= bench.Repetitions; repetition++)
        {
            for (int at = 0; at < contenders.Length; at++)
            {
                if (contenders[at].Missing is null)
                {
                    double value = await contenders[at].MeasureAsync(bench, cancellationToken);
                    values[at].Add(value);
                    bench.Say($"{Name} {repetition}/{bench.Repetitions}: {contenders[at].Name} {value.ToString("N1", CultureInfo.InvariantCulture)} {Unit}");
                }
            }
        }

        return new Row(
            Name, What, Unit, Goal, Median(values[0]),
            [.. contenders.Skip(1).Select((anchor, at) => new AnchorValue(anchor.Name, values[at + 1] is { Count: > 0 } measured ? Median(measured) : null, anchor.Missing))]);
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
