using EdgeDePin.Web.Now;
using EdgeDePin.Web.Query;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Web;

public sealed class NowViewTests
{
    private static readonly string[] Weather = ["temperature", "humidity", "pressure"];

    private static NowView Read(StoreInMemory store) => NowView.Read(new StoreReader(store.Source, new FakeTimeProvider()));

    [Fact]
    public void The_sensor_that_spoke_last_gives_the_value_and_the_others_are_named()
    {
        NowView view = Read(new StoreInMemory()
            .With("weather", "sensor=old", Weather, [-10, 20.0, null, null], [-20, 19.0, null, null])
            .With("weather", "sensor=new", Weather, [0, 21.5, 40.0, null], [-10, 21.4, 40.1, null]));

        Tile temperature = view.Tiles.Single(tile => tile.Id == "temperature");
        Assert.Equal(("new", 21.5, StoreInMemory.Noon), (temperature.Sensor, temperature.Value, temperature.At));
        Assert.Equal([("old", 20.0)], temperature.Others);
        Assert.DoesNotContain(view.Tiles, tile => tile.Id == "pressure"); // never measured, never shown
        Assert.Equal(StoreInMemory.Noon, view.Until);
    }

    [Fact]
    public void Years_old_data_is_fresh_when_it_is_the_newest_of_its_node()
    {
        NowView view = Read(new StoreInMemory()
            .With("weather", "sensor=a", Weather, [0, 20.0, null, null], [-10, 20.0, null, null])
            .With("weather", "sensor=b", Weather, [-300, null, 40.0, null], [-310, null, 40.0, null]));

        Assert.Equal(Quality.Fresh, view.Tiles.Single(tile => tile.Id == "temperature").Quality);
        Assert.Equal(Quality.Stale, view.Tiles.Single(tile => tile.Id == "humidity").Quality);
    }

    [Fact]
    public void A_fault_is_over_when_its_sensor_has_measured_again()
    {
        string[] fields = ["detail", "remedy", "count"];
        NowView view = Read(new StoreInMemory()
            .With("weather", "sensor=a", Weather, [0, 20.0, null, null])
            .With("weather", "sensor=b", Weather, [-60, null, 40.0, null])
            .With("fault", "sensor=a,kind=checksum", fields, [-5, "CRC 0x12", "shorten the cable", 1L])
            .With("fault", "sensor=b,kind=no-answer", fields, [-5, "no acknowledge", "check the cable", 7L])
            .With("fault", "sensor=c,kind=no-answer", fields, [-9, "no acknowledge", null, 1L])); // it never measured

        Assert.Equal(["b", "c"], view.Open.Select(fault => fault.Sensor));
        Assert.Equal(1, view.Recovered);
        Assert.Equal(Quality.Faulted, view.Tiles.Single(tile => tile.Id == "humidity").Quality);
    }

    [Fact]
    public void What_was_unusual_within_a_day_and_sensors_that_look_broken_are_told_with_the_reason()
    {
        string[] anomaly = ["reason", "surprise"], health = ["reason", "detail", "fault_score"];
        NowView view = Read(new StoreInMemory()
            .With("weather", "sensor=a", Weather, [0, 20.0, null, null])
            .With("anomaly", "sensor=a,quantity=temperature", anomaly, [-60, "20 where 12 ± 1 is usual lately: 8 deviations too high", 8.0])
            .With("sensor_health", "sensor=a,quantity=humidity", health, [-30, "saturated", "80 % of the last 24 hours at or above 99.9", 0.6])
            .With("sensor_health", "sensor=a,quantity=temperature", health, [-30, "step", "4 of 60", 0.1]));

        Assert.Equal([("humidity", "saturated"), ("temperature", "anomaly")], view.Unusual.Select(line => (line.Quantity, line.Kind)));
        Assert.Contains("12 ± 1", view.Unusual[1].Reason, StringComparison.Ordinal);
        Assert.Empty(Read(new StoreInMemory()).Unusual);
    }

    [Fact]
    public void The_air_quality_index_has_its_own_card()
    {
        NowView view = Read(new StoreInMemory()
            .With("derived", "sensor=p,name=us_aqi,unit=1", ["value", "task"], [0, 55.0, "us-aqi@1"]));

        Assert.Equal((55.0, "us-aqi@1"), (view.Aqi!.Value, view.Aqi.By));
        Assert.Empty(view.Tiles);
    }

    [Fact]
    public void An_empty_store_is_an_empty_view()
    {
        NowView view = Read(new StoreInMemory());

        Assert.Null(view.Until);
        Assert.Null(view.Health);
        Assert.Empty(view.Tiles);
    }

    [Fact]
    public void Buckets_are_never_shorter_than_the_rhythm_of_the_sensor()
    {
        Assert.Equal(TimeSpan.FromMinutes(30), TrendReader.Every(TimeSpan.FromHours(24), TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromHours(1), TrendReader.Every(TimeSpan.FromHours(24), TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromSeconds(1), TrendReader.Every(TimeSpan.Zero, TimeSpan.Zero));
    }
}
