using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Reports;

namespace EdgeDePin.Benchmarks;

/// <summary>One run of an area: chooses the rows, measures them one after the other, prints the report.</summary>
internal static class Measurement
{
    public const int Measured = 0;
    public const int WrongUse = 2;
    public const int EnvironmentFailed = 3;
    public const int Interrupted = 130;

    public static async Task<int> RunAsync(
        string area, string[] only, int repetitions, bool ours, Effort effort, bool json, string? target, CancellationToken cancellationToken)
    {
        if (Areas.Find(area, effort) is not { } figures)
        {
            return Refuse(Areas.Names.Contains(area)
                ? $"area '{area}' has one effort only: leave --effort {effort.ToString().ToLowerInvariant()} out."
                : $"there is no area '{area}'; there are {string.Join(", ", Areas.Names)}.");
        }

        string[] unknown = [.. only.Except(figures.Select(figure => figure.Name), StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            return Refuse($"area '{area}' has no row '{unknown[0]}'; it has {string.Join(", ", figures.Select(figure => figure.Name))}.");
        }

        if (repetitions is < 1 or > 99)
        {
            return Refuse($"--repetitions {repetitions}: 1 to 99.");
        }

        await using var bench = Bench.Create(repetitions, ours);
        var rows = new List<Row>();
        foreach (Figure figure in figures.Where(figure => only.Length == 0 || only.Contains(figure.Name)))
        {
            rows.Add(await figure.MeasureAsync(bench, cancellationToken));
        }

        var report = new AreaReport(area, Machine.Commit(), Machine.Describe(), effort, rows);
        Console.WriteLine(json ? report.ToJson() : ReportText.Of(report));
        if (target is not null)
        {
            await File.WriteAllTextAsync(target, ReportText.Markdown(report), cancellationToken);
        }

        return rows.TrueForAll(row => row.Value is not null) ? Measured : EnvironmentFailed;
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine($"bench: {message}");
        return WrongUse;
    }
}
