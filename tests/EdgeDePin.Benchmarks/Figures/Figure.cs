using System.Globalization;
using EdgeDePin.Benchmarks.Reports;

namespace EdgeDePin.Benchmarks.Figures;

/// <summary>One row of a table: a question with its unit and goal, and how each contender's answer is measured.</summary>
internal abstract class Figure
{
    /// <summary>For the end of what was begun, after the deadline.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>Short, lower case, with hyphens; what <c>--only</c> takes.</summary>
    public abstract string Name { get; }

    /// <summary>What is measured, in a few words, with batch sizes and the like.</summary>
    public abstract string What { get; }

    public abstract string Unit { get; }

    /// <summary>Null where there is nothing to reach, only something to know.</summary>
    public abstract Goal? Goal { get; }

    /// <summary>After this time a contender counts as not measured. Default 10 minutes.</summary>
    protected virtual TimeSpan Deadline => TimeSpan.FromMinutes(10);

    /// <summary>Our own measurement: once, from a fresh start to a clean end.</summary>
    protected abstract Task<double> OursAsync(Bench bench, CancellationToken cancellationToken);

    /// <summary>What others reach on the same machine in the same run; none by default.</summary>
    protected virtual IReadOnlyList<Contender> Anchors(Bench bench) => [];

    /// <summary>Measures all contenders in turns, so that a slow minute of the machine hits all of them; medians count.</summary>
    public async Task<Row> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        Contender[] contenders = [new("edgedepin", OursAsync), .. bench.OnlyOurs ? [] : Anchors(bench)];
        List<double>[] values = [.. contenders.Select(_ => new List<double>())];
        string?[] missing = [.. contenders.Select(contender => contender.Missing)];
        for (int repetition = 1; repetition <= bench.Repetitions; repetition++)
        {
            for (int at = 0; at < contenders.Length; at++)
            {
                if (missing[at] is null)
                {
                    (double? value, missing[at]) = await OnceAsync(contenders[at], bench, cancellationToken);
                    values[at].AddRange(value is { } measured ? [measured] : []);
                    bench.Say($"{Name} {repetition}/{bench.Repetitions}: {contenders[at].Name} {value?.ToString("N1", CultureInfo.InvariantCulture) ?? $"not measured: {missing[at]}"} {Unit}");
                }
            }
        }

        return new Row(
            Name, What, Unit, Goal, Median(values[0]), missing[0],
            [.. contenders.Skip(1).Select((anchor, at) => new AnchorValue(anchor.Name, Median(values[at + 1]), missing[at + 1]))]);
    }

    private async Task<(double? Value, string? Missing)> OnceAsync(Contender contender, Bench bench, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Deadline);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // Some waits know of no token; whatever they hold is disposed when the process ends.
            return (await contender.MeasureAsync(bench, either.Token).WaitAsync(Deadline + Grace, cancellationToken), null);
        }
        catch (Exception error) when (error is TimeoutException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, $"did not end within {(int)Deadline.TotalSeconds} s");
        }
        catch (Exception error) when (error is IOException or HttpRequestException or UnauthorizedAccessException)
        {
            return (null, error.Message.ReplaceLineEndings(" "));
        }
    }

    private static double? Median(List<double> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
