using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using EdgeDePin.Analytics.Anomalies;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary><c>edgedepin evaluate anomaly</c>: the detector of the node over a labelled corpus, scored as NAB does.</summary>
internal static class AnomalyCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Folder of the series, NAB's 'data'.", HelpName = "DIR", Required = true };
        var labels = new Option<string>("--labels") { Description = "Windows with anomalies, NAB's 'combined_windows.json'.", HelpName = "FILE", Required = true };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var plot = new Option<string?>("--plot") { Description = "Draw every series with its windows and detections.", HelpName = "FILE.svg" };
        var command = new ExplainedCommand("anomaly",
            "Runs the anomaly detector over labelled series and scores it as the Numenta Anomaly Benchmark does.",
            """
            Examples:
              edgedepin evaluate anomaly --data nab/data --labels nab/labels/combined_windows.json
              edgedepin evaluate anomaly --data DIR --labels FILE --json --plot anomalies.svg

            Series are group/name.csv with the columns timestamp,value; labels are {"group/name.csv": [["from", "to"], …]}. Series that are labelled but not
            in the folder are named and left out. The detector sees each series as the node would: one reading after the other, with one threshold for
            all, which is not fitted to what is scored. 'best threshold' is the figure that NAB publishes: with the threshold that is best in hindsight.
            Beside it: NAB's windowed Gaussian, and a detector that says nothing (0). Exit codes: 0 done, 2 wrong use or no such corpus, 3 a file cannot be read.
            """)
        { data, labels, json, plot };
        command.SetAction(parsed =>
        {
            (ImmutableArray<NabSeries> corpus, ImmutableArray<string> missing) = NabCorpus.Read(parsed.GetValue(data)!, parsed.GetValue(labels)!);
            if (corpus.All(series => series.Windows.Length == 0))
            {
                throw new CommandFailure(ExitCode.WrongUse, $"--labels {parsed.GetValue(labels)}: it names no window in any series; without one there is nothing to score.");
            }

            AnomalyReport report = Evaluate(corpus, missing, out Detections[] detections);
            if (parsed.GetValue(plot) is { } file)
            {
                AnomalyPlot.Write(file, detections);
            }

            report.Print(parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static AnomalyReport Evaluate(ImmutableArray<NabSeries> corpus, ImmutableArray<string> missing, out Detections[] detections)
    {
        long began = Stopwatch.GetTimestamp();
        detections = [.. corpus.Select(Detections.Of)];
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        (NabSeries, IReadOnlyList<double>)[] ours = [.. detections.Select(one => (one.Series, (IReadOnlyList<double>)one.Scores))];
        (NabSeries, IReadOnlyList<double>)[] gaussian = [.. corpus.Select(series => (series, Gaussian(series)))];
        return new AnomalyReport(
            corpus.Length, corpus.Sum(series => series.Values.Length), corpus.Sum(series => series.Windows.Length), missing,
            took.TotalMicroseconds / corpus.Sum(series => series.Values.Length),
            [.. NabProfile.All.Select(profile => new ProfileScore(
                profile.Name, Score(ours, Detections.Threshold, profile), Score(ours, NabScorer.BestThreshold(ours, profile), profile),
                Score(gaussian, NabScorer.BestThreshold(gaussian, profile), profile)))],
            [.. detections.Select(one => new SeriesScore(NabScorer.Score(one.Series, one.Scores, Detections.Threshold, NabProfile.Standard), one.Reasons))]);
    }

    private static double Score((NabSeries Series, IReadOnlyList<double> Scores)[] corpus, double threshold, NabProfile profile) =>
        NabScorer.Normalised([.. corpus.Select(one => NabScorer.Score(one.Series, one.Scores, threshold, profile))], profile);

    private static double[] Gaussian(NabSeries series)
    {
        var detector = new WindowedGaussian();

        // As NAB keeps its results, with twelve digits: what is 1 but for the thirteenth is 1.
        return [.. series.Values.Select(value => Math.Round(detector.Score(value), 12))];
    }
}
