using EdgeDePin.Web.Query;

namespace EdgeDePin.Web.Now;

/// <summary>The node's counters about itself; null where it has not reported one.</summary>
/// <param name="InboxDropped">Readings that the bounded inbox dropped.</param>
/// <param name="RecordsLost">Execution records that were overwritten before they were stored.</param>
/// <param name="StoreBytes">Size on disk, bytes.</param>
/// <param name="InfluxLag">Points that the InfluxDB replica still lacks.</param>
/// <param name="Suspect">Readings that may be wrong.</param>
/// <param name="Bad">Readings that cannot be right.</param>
/// <param name="ClockSteps">How often the clock was set.</param>
/// <param name="Restamped">Readings that are stored at another instant than the clock gave them.</param>
public sealed record HealthLine(
    DateTimeOffset At, double? SamplesAsked, double? Readings, double? Faults, double? InboxDropped, double? RecordsLost,
    double? Executions, double? StorePoints, double? StoreBytes, double? InfluxLag, double? Suspect, double? Bad,
    double? ClockSteps, double? Restamped)
{
    private static readonly string[] Fields =
    [
        "samples_asked", "readings", "faults", "inbox_dropped", "records_lost", "executions", "store_points",
        "store_bytes", "influx_lag", "suspect", "bad", "clock_steps", "readings_restamped",
    ];

    internal static HealthLine? Read(StoreReader store)
    {
        if (store.AskOne(new Select(store.Source, "health", Fields) { Newest = 1 }) is not var (series, row))
        {
            return null;
        }

        double? At(int i) => series.Number(row, Fields[i]);
        return new HealthLine(
            Series.Instant(row), At(0), At(1), At(2), At(3), At(4), At(5), At(6), At(7), At(8), At(9), At(10), At(11), At(12));
    }
}
