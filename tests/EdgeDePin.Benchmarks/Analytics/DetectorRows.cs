using EdgeDePin.Benchmarks.Execution;
using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Analytics;

/// <summary>The rows about anomalies and sensor faults, over published series.</summary>
internal static class DetectorRows
{
    public static IReadOnlyList<Figure> Figures() => PublishedSeries.Missing is { } missing
        ? [Plain("detectors", $"all detectors, one reading of a random walk ({missing})", "us", Goal.AtMost(5), DetectorCost.OnRandomWalk)]
        :
        [
            Plain("nab-standard", "18 series of NAB, standard profile, the detector's own threshold", "points", Goal.AtLeast(55), () => NabFigures.Score(0),
                Anchor("windowed Gaussian", () => NabFigures.Gaussian(0))),
            Plain("nab-low-fp", "the same, profile that fears false alarms", "points", null, () => NabFigures.Score(1), Anchor("windowed Gaussian", () => NabFigures.Gaussian(1))),
            Plain("nab-low-fn", "the same, profile that fears misses", "points", null, () => NabFigures.Score(2), Anchor("windowed Gaussian", () => NabFigures.Gaussian(2))),
            Plain("nab-held-out", "standard profile on every second series, on which nothing was chosen", "points", Goal.AtLeast(55), NabFigures.HeldOut),
            Plain("nab-best-threshold", "standard profile, threshold best in hindsight, as NAB publishes", "points", null, NabFigures.AtBestThreshold,
                Anchor("windowed Gaussian", () => NabFigures.Gaussian(0))),
            Plain("saturation", "hours until a DHT22 pinned for four fifths of its samples is called saturated", "h", Goal.AtMost(24), FaultFigures.HoursToSaturation),
            Plain("thermistor", "readings of a broken MIDC thermistor until it is called broken, the slowest of three", "readings", Goal.AtMost(3), FaultFigures.ReadingsToThermistor),
            Plain("false-alarms", "alarms in a month of a sensor that is well, the worst of seven series", "1/month", Goal.AtMost(1), FaultFigures.WorstFalseAlarms),
            Plain("detectors", "all detectors, one reading of five BME280 and SDS011 series", "us", Goal.AtMost(5), DetectorCost.OnPublished,
                Anchor("windowed Gaussian", DetectorCost.Gaussian)),
        ];

    private static MeasuredFigure Plain(string name, string what, string unit, Goal? goal, Func<double> measure, params Contender[] anchors) =>
        new(name, what, unit, goal, _ => Task.Run(measure), anchors);

    private static Contender Anchor(string name, Func<double> measure) => new(name, (_, _) => Task.Run(measure));
}
