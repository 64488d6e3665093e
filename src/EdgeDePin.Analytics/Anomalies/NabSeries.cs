using System.Collections.Immutable;

namespace EdgeDePin.Analytics.Anomalies;

/// <summary>One labelled series of a corpus in the layout of the Numenta Anomaly Benchmark.</summary>
/// <param name="Name">Folder and file, as in the labels: <c>realKnownCause/nyc_taxi.csv</c>.</param>
/// <param name="Instants">In the order of the file, which is not always that of time.</param>
/// <param name="Values">As many as instants; finite.</param>
/// <param name="Windows">First and last instant of each anomaly, in the order of time.</param>
public sealed record NabSeries(
    string Name, ImmutableArray<DateTimeOffset> Instants, ImmutableArray<double> Values, ImmutableArray<(DateTimeOffset From, DateTimeOffset To)> Windows)
{
    /// <summary>Rows at the begin on which a detector may learn, and which are not judged: 15 %, of at most 5,000.</summary>
    public int Probation => (int)Math.Min(Math.Floor(0.15 * Values.Length), 0.15 * 5_000);
}
