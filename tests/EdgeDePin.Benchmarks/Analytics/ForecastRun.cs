using EdgeDePin.Analytics;

namespace EdgeDePin.Benchmarks.Analytics;

/// <summary>One evaluation of a published series, run once however many rows read it: it is the same every time.</summary>
/// <param name="path">Below the folder that <c>EDGEDEPIN_DATA</c> names.</param>
/// <param name="stride">Steps from one origin to the next.</param>
internal sealed class ForecastRun(
    string path, string time, string value, string[] exogenous, DateTime testFrom, DateTime? testUntil, DateTime? validateFrom, int stride)
{
    private ForecastReport? _report;

    /// <exception cref="IOException">The series is not here; the message says where it was looked for.</exception>
    public ForecastReport Report(CancellationToken cancellationToken)
    {
        if (_report is null)
        {
            GriddedSeries series = Series(path, time, value, exogenous);
            _report = ForecastEvaluation.Run(series, 24, testFrom, testUntil, validateFrom, stride, ForecastEffort.Thorough, cancellationToken);
        }

        return _report;
    }

    public static GriddedSeries Series(string path, string time, string value, string[] exogenous)
    {
        string root = Environment.GetEnvironmentVariable("EDGEDEPIN_DATA")
            ?? throw new IOException("Published series are measured on: set EDGEDEPIN_DATA to the folder that holds pjm/, ett/ and beijing-pm25/.");
        string file = Path.Combine(root, path);
        return new SeriesFile(file, () => new StreamReader(file)).Read(SeriesColumns.Parse(time, value, exogenous, []));
    }
}
