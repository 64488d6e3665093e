using System.Globalization;
using System.Text.Json;
using EdgeDePin.Tests;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.EndToEnd;

/// <summary>A day of two published series through registers, drivers, hub, store and forwarder, into a real InfluxDB.</summary>
public sealed class ReplayTests
{
    private static readonly DateTimeOffset From = new(2019, 3, 3, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = From.AddDays(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // A tolerance is the chip's resolution at its data registers: 20-bit temperature and pressure, 16-bit humidity, 0.1 µg/m³.
    public static TheoryData<string, string, string, string, double> Columns => new()
    {
        { "bme280_sensor_22481_2019-03-02_2019-04-30.csv", "temperature", "weather", "temperature", 0.001 },
        { "bme280_sensor_22481_2019-03-02_2019-04-30.csv", "humidity", "weather", "humidity", 0.01 },
        { "bme280_sensor_22481_2019-03-02_2019-04-30.csv", "pressure", "weather", "pressure", 0.25 },
        { "sds011_sensor_22480_2019-03-02_2019-04-30.csv", "P1", "air", "pm10", 0.0501 },
        { "sds011_sensor_22480_2019-03-02_2019-04-30.csv", "P2", "air", "pm2_5", 0.0501 },
    };

    [Fact]
    public async Task A_replayed_day_arrives_in_InfluxDB_as_it_was_published_and_sending_it_again_changes_nothing()
    {
        string[] files =
        [
            SharedData.Require("sensor-community", "bme280_sensor_22481_2019-03-02_2019-04-30.csv"),
            SharedData.Require("sensor-community", "sds011_sensor_22480_2019-03-02_2019-04-30.csv"),
        ];
        await using InfluxServer influx = await InfluxServer.StartAsync(TestContext.Current.CancellationToken);
        string url = influx.Url.GetLeftPart(UriPartial.Authority);
        string data = Directory.CreateTempSubdirectory("edgedepin-replay-").FullName;
        try
        {
            await using (BuiltProgram demo = BuiltProgram.Cli(
                "demo", "--nodes", "3", "--headless", "--json", "--data", data,
                "--influx", url, "--influx-db", "edgedepin", "--speed", "2880",
                "--replay-span", "2019-03-03T00:00:00Z/2019-03-04T00:00:00Z", "--replay", files[0], files[1]))
            {
                Assert.Equal(0, await demo.ExitCodeAsync(Patience));
                using JsonDocument summary = JsonDocument.Parse(demo.Output);
                Assert.True(summary.RootElement.GetProperty("influxLag").GetInt64() == 0, demo.Output);

                // A point that is written again (a health counter of the same instant, a message delivered twice) is sent again.
                Assert.True(
                    summary.RootElement.GetProperty("influxPoints").GetInt64() >= summary.RootElement.GetProperty("storePoints").GetInt64(),
                    demo.Output);
            }

            double[] before = await ExpectTheSeriesAsync(url);

            await using BuiltProgram again = BuiltProgram.Cli(
                "forward", "run", "--data", Path.Combine(data, "node-1"), "--influx", url, "--influx-db", "edgedepin", "--from-start");
            Assert.Equal(0, await again.ExitCodeAsync(Patience));
            Assert.Equal(before, await ExpectTheSeriesAsync(url));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<double[]> ExpectTheSeriesAsync(string url)
    {
        var counts = new List<double>();
        foreach (ITheoryDataRow row in Columns)
        {
            object?[] cells = row.GetData();
            (string file, string column) = ((string)cells[0]!, (string)cells[1]!);
            (string measurement, string field, double resolution) = ((string)cells[2]!, (string)cells[3]!, (double)cells[4]!);
            double[] truth = CsvSeries.Column(SharedData.Require("sensor-community", file), column, From, Until);
            double[] answer = await InfluxQuery.NumbersAsync(url, "edgedepin", string.Create(CultureInfo.InvariantCulture,
                $"SELECT count({field}), min({field}), max({field}), mean({field}) FROM {measurement} WHERE node = 'node-1'"));
            Assert.Equal(4, answer.Length);
            Assert.Equal(truth.Length, answer[0]);
            Assert.Equal(truth.Min(), answer[1], resolution);
            Assert.Equal(truth.Max(), answer[2], resolution);
            Assert.Equal(truth.Average(), answer[3], resolution);
            counts.Add(answer[0]);
        }

        return [.. counts];
    }
}
