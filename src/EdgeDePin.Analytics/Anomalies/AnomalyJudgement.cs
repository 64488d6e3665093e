using System.Globalization;

namespace EdgeDePin.Analytics.Anomalies;

/// <summary>What a value was compared with.</summary>
public enum Expectation
{
    /// <summary>The mean of the recent past.</summary>
    Level,

    /// <summary>What is usual in this quarter of an hour of the day.</summary>
    TimeOfDay,

    /// <summary>What is usual in this hour of the week.</summary>
    TimeOfWeek,
}

/// <summary>Over how long the unusual lasted.</summary>
public enum AnomalySpan
{
    /// <summary>This value alone is far out.</summary>
    Moment,

    /// <summary>Each value would pass, but they have been on one side for too long.</summary>
    Stretch,
}

/// <summary>How unusual one value was, and why.</summary>
/// <param name="Surprise">Deviations from what is usual, less where a series is unusual often; 0 or more.</param>
/// <param name="IsAnomaly">It begins an episode: the surprise reached the threshold, and the last episode is over or this is far worse.</param>
/// <param name="Expected">In the unit of the values.</param>
/// <param name="Deviation">By how much values usually miss what is expected; the same unit.</param>
/// <param name="Value">The value, or of a stretch the mean distance of its values plus what was expected.</param>
public readonly record struct AnomalyJudgement(
    double Surprise, bool IsAnomaly, double Value, double Expected, double Deviation, Expectation Basis, AnomalySpan Span)
{
    /// <summary>0 to 1 for NAB and for charts; at and above 0.5 an anomaly.</summary>
    public double Score => IsAnomaly ? Surprise / (Surprise + AnomalyDetector.Threshold) : 0;

    /// <summary>One sentence for people.</summary>
    public string Reason => string.Create(CultureInfo.InvariantCulture,
        $"{(Span == AnomalySpan.Moment ? "" : "for hours about ")}{Value:0.####} where {Expected:0.####} ± {Deviation:0.####} is usual {Usual}: {Surprise:0.#} deviations too {(Value > Expected ? "high" : "low")}");

    private string Usual => Basis switch
    {
        Expectation.TimeOfDay => "at this time of day",
        Expectation.TimeOfWeek => "in this hour of the week",
        _ => "lately",
    };
}
