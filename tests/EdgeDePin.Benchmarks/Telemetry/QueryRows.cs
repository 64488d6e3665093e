using EdgeDePin.Benchmarks.Data;
using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>The rows about answering.</summary>
internal static class QueryRows
{
    private const int TruckDays = 3;

    /// <summary>A day in the midst of the data, in ms since 1970.</summary>
    private const long From = (EnvSeries.Start / 1_000_000) + 100_000_000, Until = From + 86_400_000;

    public static IReadOnlyList<Figure> All()
    {
        QueryServers stations = QueryServers.Stations(), trucks = QueryServers.Trucks(TruckDays);
        string day = $"time >= {From}ms AND time < {Until}ms GROUP BY time(1m), device fill(none)";
        return
        [
            new QueryFigure("day-of-all", "a day of 100 devices in means of a minute, as JSON to its last byte", Goal.AtMost(120), stations,
                $"SELECT mean(temperature) FROM env WHERE {day}", _ => Range("avg_over_time(env_temperature[1m])")),
            new QueryFigure("day-of-one", "the same of one device", Goal.AtMost(5), stations,
                $"SELECT mean(temperature) FROM env WHERE device = 'station-042' AND {day}", _ => Range("avg_over_time(env_temperature{device=\"station-042\"}[1m])")),
            new QueryFigure("last-of-all", "the newest value of each of 100 devices", Goal.AtMost(3), stations,
                "SELECT last(temperature) FROM env GROUP BY device"),
            new QueryMemory(stations, $"SELECT mean(temperature) FROM env WHERE {day}"),
            .. TruckQueries.Of(TruckDays).Select(query => new QueryFigure(
                $"tsbs-{query.Name}", $"TSBS IoT: {query.What}", query.Name == "avg-load" ? Goal.AtMost(50) : null, trucks, query.Query)),
            new ColdBytes("cold-regular", jittered: false, 2.3),
            new ColdBytes("cold-jittered", jittered: true, 3.6),
        ];
    }

    private static string Range(string query) =>
        $"/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={From / 1000}&end={(Until / 1000) - 60}&step=60s";
}
