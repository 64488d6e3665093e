using System.Collections.Immutable;
using EdgeDePin.Analytics.Anomalies;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary>What the detector said of a series.</summary>
/// <param name="Scores">One for each row, 0 to 1.</param>
/// <param name="Reasons">Of the rows that are anomalies, in their order.</param>
internal sealed record Detections(NabSeries Series, double[] Scores, ImmutableArray<AnomalyReason> Reasons)
{
    /// <summary>The fixed threshold of the detector, on the scale of NAB.</summary>
    public const double Threshold = 0.5;

    public static Detections Of(NabSeries series)
    {
        var detector = new AnomalyDetector();
        double[] scores = new double[series.Values.Length];
        ImmutableArray<AnomalyReason>.Builder reasons = ImmutableArray.CreateBuilder<AnomalyReason>();
        for (int row = 0; row < scores.Length; row++)
        {
            AnomalyJudgement judgement = detector.Judge(series.Values[row], series.Instants[row]);
            scores[row] = judgement.Score;
            if (judgement.IsAnomaly)
            {
                reasons.Add(new AnomalyReason(series.Instants[row], row >= series.Probation, judgement.Reason));
            }
        }

        return new Detections(series, scores, reasons.ToImmutable());
    }
}

/// <param name="Counts">False within the probation, which NAB does not score.</param>
internal sealed record AnomalyReason(DateTimeOffset At, bool Counts, string Reason);
