using System.Globalization;
using EdgeDePin.Analytics.Anomalies;
using EdgeDePin.Benchmarks.Servers;
using EdgeDePin.Model;

namespace EdgeDePin.Benchmarks.Analytics;

/// <summary>Published series beside the checkout.</summary>
internal static class PublishedSeries
{
    private const string Dht22 = "dht22_sensor_8555_2018-02-01_2018-04-30.csv";
    private const string Bme280 = "bme280_sensor_22481_2019-03-02_2019-04-30.csv";
    private const string Sds011 = "sds011_sensor_22480_2019-03-02_2019-04-30.csv";

    private static readonly string[] Broken = ["Temp CHP1 [deg C]", "Temp CM22 (tracker) [deg C]", "Temp CM22 (platform) [deg C]"];

    /// <summary>Null with the reason where they are not here.</summary>
    public static string? Missing => Directory.Exists(Path.Combine(Folder, "nab")) ? null : $"{Folder} has no published series; set EDGEDEPIN_DATA";

    /// <summary>Sensors that were well: file, column, quantity.</summary>
    public static IReadOnlyList<(string File, string Column, Quantity Quantity)> Well { get; } =
    [
        (Dht22, "temperature", Quantity.Temperature), (Dht22, "humidity", Quantity.RelativeHumidity),
        (Bme280, "temperature", Quantity.Temperature), (Bme280, "humidity", Quantity.RelativeHumidity), (Bme280, "pressure", Quantity.Pressure),
        (Sds011, "P1", Quantity.Pm10), (Sds011, "P2", Quantity.Pm25),
    ];

    private static string Folder => Environment.GetEnvironmentVariable("EDGEDEPIN_DATA") ?? Path.Combine(Checkout.Folder, "..", "shared", "data");

    public static IReadOnlyList<NabSeries> Nab() => NabCorpus.Read(
        Path.Combine(Folder, "nab", "data"), Path.Combine(Folder, "nab", "labels", "combined_windows.json")).Series;

    public static IReadOnlyList<(DateTimeOffset At, double Value)> SensorCommunity(string file, string column)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, "sensor-community", file));
        string[] names = lines[0].Split(';');
        (int time, int value) = (Array.IndexOf(names, "timestamp"), Array.IndexOf(names, column));
        return [.. lines.Skip(1).Select(line => line.Split(';')).Where(cells => cells[value].Length > 0).Select(cells => (
            DateTimeOffset.Parse(cells[time], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), double.Parse(cells[value], CultureInfo.InvariantCulture)))];
    }

    /// <summary>The broken thermistors of one day, minute by minute.</summary>
    public static IReadOnlyList<double[]> Thermistors()
    {
        string[][] rows = [.. File.ReadLines(Path.Combine(Folder, "noaa-nrel-weather", "midc_raw_20181018.txt")).Select(line => line.Split(','))];
        return [.. Broken.Select(name => Array.IndexOf(rows[0], name))
            .Select(column => rows.Skip(1).Select(row => double.Parse(row[column], CultureInfo.InvariantCulture)).ToArray())];
    }
}
