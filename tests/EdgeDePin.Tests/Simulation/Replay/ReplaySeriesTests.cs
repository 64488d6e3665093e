using EdgeDePin.Model;
using EdgeDePin.Simulation.Replay;

namespace EdgeDePin.Tests.Simulation.Replay;

public sealed class ReplaySeriesTests : IDisposable
{
    private const string Header = "sensor_id;sensor_type;timestamp;pressure;temperature;humidity";

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"series-{Guid.NewGuid():N}.csv");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("7;BME280;2026-01-01T00:00:00;101325;x;50", "'x' is no number for temperature; correct it")]
    [InlineData("7;BME280;2026-01-01T00:00:00;101325;nan;50", "'nan' is no number")]
    [InlineData("7;BME280;2026-01-01T00:00:00;1013.25;20;50", "'1013.25' is outside 30000 to 110000 Pa")]
    [InlineData("7;BME280;2026-01-01T00:00:00;101325;20;101", "'101' is outside 0 to 100 %RH")]
    [InlineData("7;BME280;01.01.2026 00:00;101325;20;50", "is no instant of the form yyyy-MM-dd")]
    [InlineData("7;BME280;2026-01-01T00:00:00;101325;20", "has 5 fields, the header 6; complete or remove the line")]
    public void What_is_wrong_with_a_line_is_said_before_anything_starts(string line, string complaint)
    {
        File.WriteAllLines(_path, [Header, "7;BME280;2026-01-01T00:00:00;101325;20;50", line]);
        string message = Assert.Throws<FormatException>(() => ReplaySeries.Open(_path)).Message;
        Assert.StartsWith($"{_path}:3: '", message, StringComparison.Ordinal);
        Assert.Contains(complaint, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_put_in_order_and_of_one_instant_the_last_is_kept()
    {
        File.WriteAllLines(_path,
        [
            Header,
            "7;BME280;2026-01-01T00:02:00;101325;22;50",
            "7;BME280;2026-01-01T00:00:00;101325;20;50",
            "7;BME280;2026-01-01T00:01:00;101325;21;50",
            "7;BME280;2026-01-01T00:00:00;101325;19;",
        ]);
        ReplaySeries series = ReplaySeries.Open(_path);
        Assert.Equal((3, 1, 2, 1), (series.Rows, series.Duplicates, series.OutOfOrder, series.Missing));
        Assert.Equal([19, 21, 22], Enumerable.Range(0, 3).Select(row => series.Value(row, Quantity.Temperature)));
        Assert.Null(series.Value(0, Quantity.RelativeHumidity));
    }

    [Fact]
    public void A_span_holds_its_beginning_and_not_its_end()
    {
        File.WriteAllLines(_path, [Header, .. Enumerable.Range(0, 10).Select(minute => $"7;BME280;2026-01-01T00:0{minute}:00;101325;{minute};50")]);
        DateTimeOffset midnight = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        ReplaySeries series = ReplaySeries.Open(_path, midnight.AddMinutes(2), midnight.AddMinutes(5));
        Assert.Equal((midnight.AddMinutes(2), midnight.AddMinutes(4), 3), (series.First, series.Last, series.Rows));
        string message = Assert.Throws<FormatException>(() => ReplaySeries.Open(_path, midnight.AddDays(1))).Message;
        Assert.Contains("none of 10 rows is in [2026-01-02", message, StringComparison.Ordinal);
    }

    // A DHT22 has no pressure: its series must not pass for one of a BME280.
    [Fact]
    public void A_series_of_a_chip_without_a_driver_is_refused_and_the_known_ones_are_named()
    {
        string message = Assert.Throws<FormatException>(() => ReplaySeries.Open(PublishedSeries.Dht22)).Message;
        Assert.Contains(":1: header 'sensor_id;", message, StringComparison.Ordinal);
        Assert.Contains("Sensor.Community BME280 (timestamp;temperature;pressure;humidity)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_series_are_read_whole()
    {
        ReplaySeries weather = ReplaySeries.Open(PublishedSeries.Bme280), air = ReplaySeries.Open(PublishedSeries.Sds011);
        Assert.Equal((33_726, "bme280", "bme280-22481"), (weather.Rows + weather.Duplicates, weather.Chip, weather.Sensor.Value));
        Assert.Equal((33_719, "sds011", "sds011-22480"), (air.Rows + air.Duplicates, air.Chip, air.Sensor.Value));
        Assert.Equal((0, 0), (weather.Missing, air.Missing));
    }
}
