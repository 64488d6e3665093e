using System.Collections.Immutable;
using EdgeDePin.Analytics.Anomalies;

namespace EdgeDePin.Tests.Analytics.Anomalies;

/// <summary>The part of the Numenta corpus beside the project.</summary>
internal static class NabFiles
{
    public static ImmutableArray<NabSeries> All() => NabCorpus.Read(
        SharedData.Require("nab", "data"), SharedData.Require("nab", "labels", "combined_windows.json")).Series;

    public static NabSeries Series(string name) => All().Single(series => series.Name == name);
}
