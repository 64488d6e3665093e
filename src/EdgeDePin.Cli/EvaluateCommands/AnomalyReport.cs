using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EdgeDePin.Analytics.Anomalies;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary>What <c>evaluate anomaly</c> prints.</summary>
/// <param name="Missing">Labelled, but not in the folder.</param>
/// <param name="MicrosecondsPerReading">Of the detector, on one core of this machine.</param>
internal sealed record AnomalyReport(
    int Series, int Readings, int Windows, ImmutableArray<string> Missing, double MicrosecondsPerReading, ImmutableArray<ProfileScore> Profiles,
    ImmutableArray<SeriesScore> PerSeries)
{
    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web);

    public void Print(bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(this, Compact));
            return;
        }

        IFormatProvider culture = CultureInfo.InvariantCulture;
        Console.Out.WriteLine(string.Create(culture, $"{Series} series, {Readings} readings, {Windows} windows, {MicrosecondsPerReading:0.00} µs a reading"));
        foreach (string name in Missing)
        {
            Console.Out.WriteLine($"  not here: {name}");
        }

        Console.Out.WriteLine($"{"NAB score",-24}{"EdgeDePin",12}{"best threshold",16}{"windowed Gaussian",20}{"nothing",10}");
        foreach (ProfileScore profile in Profiles)
        {
            Console.Out.WriteLine(string.Create(culture, $"{profile.Profile,-24}{profile.Score,12:0.0}{profile.ScoreAtBestThreshold,16:0.0}{profile.WindowedGaussian,20:0.0}{0,10:0.0}"));
        }

        Console.Out.WriteLine($"{"series (standard)",-64}{"score",8}{"found",8}{"false",7}");
        foreach (SeriesScore one in PerSeries)
        {
            Console.Out.WriteLine(string.Create(culture,
                $"{one.Result.Series,-64}{one.Result.Score,8:0.00}{$"{one.Result.WindowsFound}/{one.Result.Windows}",8}{one.Result.FalsePositives,7}"));
            foreach (AnomalyReason reason in one.Reasons.Where(reason => reason.Counts))
            {
                Console.Out.WriteLine(string.Create(culture, $"    {reason.At:yyyy-MM-dd HH:mm}  {reason.Reason}"));
            }
        }
    }
}

/// <summary>Normalised: 100 finds every window at once and nothing else, 0 says nothing.</summary>
/// <param name="Score">With the detector's own threshold.</param>
/// <param name="ScoreAtBestThreshold">With the one that is best in hindsight, as NAB does.</param>
internal sealed record ProfileScore(string Profile, double Score, double ScoreAtBestThreshold, double WindowedGaussian);

internal sealed record SeriesScore(NabResult Result, ImmutableArray<AnomalyReason> Reasons);
