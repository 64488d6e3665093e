using System.Globalization;

namespace EdgeDePin.Benchmarks.Data;

/// <summary>
/// The twelve questions of the IoT use case, in InfluxQL. Two are asked otherwise than upstream: the newest places by descending
/// time, as their name says, and stationary trucks are those below 10, so that there are some.
/// </summary>
internal static class TruckQueries
{
    /// <param name="days">How many days of data there are.</param>
    public static IReadOnlyList<(string Name, string What, string Query)> Of(int days)
    {
        string from = Instant(TimeSpan.Zero), until = Instant(TimeSpan.FromDays(days));
        string whole = $"time >= '{from}' AND time < '{until}'";
        return
        [
            ("last-loc", "newest place of each truck of a fleet",
                "SELECT latitude, longitude FROM readings WHERE fleet = 'South' GROUP BY \"name\", driver ORDER BY time DESC LIMIT 1"),
            ("single-last-loc", "newest place of one truck",
                "SELECT latitude, longitude FROM readings WHERE \"name\" = 'truck_7' GROUP BY \"name\", driver ORDER BY time DESC LIMIT 1"),
            ("low-fuel", "newest row with little fuel of each truck of a fleet",
                "SELECT \"name\", driver, fuel_state FROM \"diagnostics\" WHERE fuel_state <= 0.1 AND fleet = 'South' GROUP BY \"name\" ORDER BY time DESC LIMIT 1"),
            ("high-load", "trucks of a fleet whose newest load is near their capacity",
                "SELECT \"name\", driver, current_load, load_capacity FROM (SELECT current_load, load_capacity FROM \"diagnostics\" WHERE fleet = 'South' "
                + "GROUP BY \"name\", driver ORDER BY time DESC LIMIT 1) WHERE current_load >= 0.9 * load_capacity GROUP BY \"name\" ORDER BY time DESC"),
            ("stationary-trucks", "trucks of a fleet that hardly moved in ten minutes",
                $"SELECT \"name\", driver FROM (SELECT mean(velocity) AS mean_velocity FROM readings WHERE time > '{Instant(TimeSpan.FromDays(days) - TimeSpan.FromMinutes(10))}' AND time <= '{until}' "
                + "GROUP BY time(10m), \"name\", driver, fleet LIMIT 1) WHERE fleet = 'West' AND mean_velocity < 10 GROUP BY \"name\""),
            ("long-driving-sessions", "trucks of a fleet without a rest in four hours", Sessions(TimeSpan.FromHours(4), 22)),
            ("long-daily-sessions", "trucks of a fleet that drove most of a day", Sessions(TimeSpan.FromHours(24), 60)),
            ("avg-vs-projected-fuel", "mean consumption beside the nominal one, by fleet",
                "SELECT mean(fuel_consumption) AS mean_fuel_consumption, mean(nominal_fuel_consumption) AS nominal_fuel_consumption FROM readings WHERE velocity > 1 GROUP BY fleet"),
            ("avg-daily-driving-duration", "hours driven by truck and day",
                $"SELECT count(mv) / 6 AS hours_driven FROM (SELECT mean(velocity) AS mv FROM readings WHERE {whole} GROUP BY time(10m), fleet, \"name\", driver) "
                + $"WHERE {whole} GROUP BY time(1d), fleet, \"name\", driver"),
            ("avg-load", "mean load by fleet and model",
                "SELECT mean(ml) AS mean_load_percentage FROM (SELECT current_load / load_capacity AS ml FROM \"diagnostics\" GROUP BY \"name\", fleet, model) GROUP BY fleet, model"),
            ("daily-activity", "share of each day in which the trucks of a model and fleet were active",
                $"SELECT count(ms) / 144 FROM (SELECT mean(status) AS ms FROM \"diagnostics\" WHERE {whole} GROUP BY time(10m), model, fleet) "
                + $"WHERE {whole} AND ms < 1 GROUP BY time(1d), model, fleet"),
            ("breakdown-frequency", "how often a model broke down",
                "SELECT count(state_changed) FROM (SELECT difference(broken_down) AS state_changed FROM (SELECT floor(2 * (sum(nzs) / count(nzs))) / floor(2 * (sum(nzs) / count(nzs))) AS broken_down "
                + $"FROM (SELECT model, status / status AS nzs FROM \"diagnostics\" WHERE {whole}) WHERE {whole} GROUP BY time(10m), model) GROUP BY model) WHERE state_changed = 1 GROUP BY model"),
        ];
    }

    private static string Sessions(TimeSpan length, int most) =>
        $"SELECT \"name\", driver FROM (SELECT count(*) AS ten_min FROM (SELECT mean(velocity) AS mean_velocity FROM readings WHERE fleet = 'North' "
        + $"AND time > '{Instant(TimeSpan.Zero)}' AND time <= '{Instant(length)}' GROUP BY time(10m), \"name\", driver) "
        + string.Create(CultureInfo.InvariantCulture, $"WHERE mean_velocity > 1 GROUP BY \"name\", driver) WHERE ten_min_mean_velocity > {most}");

    private static string Instant(TimeSpan after) =>
        DateTimeOffset.UnixEpoch.AddTicks(TruckFleet.Start / 100).Add(after).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
