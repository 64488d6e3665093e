using System.Globalization;

namespace EdgeDePin.Tests.Simulation.Replay;

/// <summary>The published series as plain columns of text, read without anything of ours.</summary>
internal static class PublishedSeries
{
    public static readonly DateTimeOffset Day = new(2019, 3, 5, 0, 0, 0, TimeSpan.Zero);

    public static string Bme280 => SharedData.Require("sensor-community", "bme280_sensor_22481_2019-03-02_2019-04-30.csv");

    public static string Sds011 => SharedData.Require("sensor-community", "sds011_sensor_22480_2019-03-02_2019-04-30.csv");

    public static string Dht22 => SharedData.Require("sensor-community", "dht22_sensor_8555_2018-02-01_2018-04-30.csv");

    public static string Load => SharedData.Require("ett", "ETTh1.csv");

    /// <summary>Instant and the given columns, of the rows of one day.</summary>
    public static List<(DateTimeOffset Instant, double[] Values)> OfDay(string path, int instant, params int[] columns) =>
    [
        .. File.ReadLines(path).Skip(1)
            .Select(line => line.Split(';'))
            .Where(fields => fields[instant].StartsWith("2019-03-05", StringComparison.Ordinal))
            .Select(fields => (
                DateTimeOffset.Parse(fields[instant] + "Z", CultureInfo.InvariantCulture),
                columns.Select(column => double.Parse(fields[column], CultureInfo.InvariantCulture)).ToArray())),
    ];
}
