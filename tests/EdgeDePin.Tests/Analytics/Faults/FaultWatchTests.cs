using System.Globalization;
using EdgeDePin.Analytics.Faults;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics.Faults;

public sealed class FaultWatchTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly SensorId Roof = new("roof");

    /// <summary>Shares of samples at 99.9 %RH of a DHT22 that failed: 83 % of a day, typically 80 % later; and fully pinned.</summary>
    [Theory]
    [InlineData(0.83)]
    [InlineData(0.8)]
    [InlineData(1)]
    public void A_humidity_element_that_became_wet_is_found_within_a_day(double share)
    {
        var watch = new FaultWatch(Roof, Quantity.RelativeHumidity);
        DateTimeOffset onset = new(2018, 3, 27, 0, 0, 0, TimeSpan.Zero);
        var random = new Random(1);
        DateTimeOffset? found = null;
        foreach ((DateTimeOffset at, double humidity) in SensorCommunity("dht22_sensor_8555_2018-02-01_2018-04-30.csv", "humidity"))
        {
            // Before the onset that sensor was pinned for a third of some days; that is still the weather.
            double pinned = at >= onset ? share : at.Day is 6 or 10 or 23 && at.Month == 3 ? 0.4 : 0;
            watch.Judge(random.NextDouble() < pinned ? 99.9 : humidity, at);
            if (watch.Now is { Score: >= FaultWatch.Alarm, Reason: FaultReason.Saturated })
            {
                found = at;
                break;
            }
        }

        Assert.InRange(found ?? DateTimeOffset.MaxValue, onset.AddHours(10), onset.AddHours(24));
    }

    [Theory]
    [InlineData("dht22_sensor_8555_2018-02-01_2018-04-30.csv", "temperature", "temperature")]
    [InlineData("dht22_sensor_8555_2018-02-01_2018-04-30.csv", "humidity", "humidity")]
    [InlineData("bme280_sensor_22481_2019-03-02_2019-04-30.csv", "temperature", "temperature")]
    [InlineData("bme280_sensor_22481_2019-03-02_2019-04-30.csv", "humidity", "humidity")]
    [InlineData("bme280_sensor_22481_2019-03-02_2019-04-30.csv", "pressure", "pressure")]
    [InlineData("sds011_sensor_22480_2019-03-02_2019-04-30.csv", "P1", "pm10")]
    [InlineData("sds011_sensor_22480_2019-03-02_2019-04-30.csv", "P2", "pm2_5")]
    public void A_sensor_that_is_well_gives_no_more_than_one_alarm_a_month(string file, string column, string quantity)
    {
        var watch = new FaultWatch(Roof, Quantity.Parse(quantity));
        var alarms = new List<string>();
        DateTimeOffset last = DateTimeOffset.MinValue;
        int hours = 0;
        foreach ((DateTimeOffset at, double value) in SensorCommunity(file, column))
        {
            hours += watch.Judge(value, at) is null ? 0 : 1;
            if (watch.Score >= FaultWatch.Alarm)
            {
                if ((at - last).Duration() > TimeSpan.FromDays(1))
                {
                    alarms.Add($"{at:s} {watch.Now}");
                }

                last = at;
            }
        }

        // The DHT22 has one true fault: its instants went back by a day on 2 April.
        int faults = alarms.Count(alarm => !alarm.Contains("Clock", StringComparison.Ordinal));
        Assert.True(faults * 720.0 / hours <= 1, string.Join("; ", alarms));
        Assert.Equal(file.StartsWith("dht", StringComparison.Ordinal) ? 1 : 0, alarms.Count - faults);
    }

    [Fact]
    public void Broken_thermistors_of_the_MIDC_station_are_found_with_their_third_reading_and_the_others_never()
    {
        string[][] rows = [.. File.ReadLines(SharedData.Require("noaa-nrel-weather", "midc_raw_20181018.txt")).Select(line => line.Split(','))];
        Dictionary<string, int> found = [];
        foreach (string column in rows[0].Where(name => name.StartsWith("Temp C", StringComparison.Ordinal) || name.Contains("Temp", StringComparison.Ordinal)))
        {
            var watch = new FaultWatch(Roof, Quantity.Temperature);
            int at = Array.IndexOf(rows[0], column);
            found[column] = Enumerable.Range(1, rows.Length - 1).FirstOrDefault(row =>
            {
                watch.Judge(double.Parse(rows[row][at], CultureInfo.InvariantCulture), Begin.AddMinutes(row));
                return watch.Score >= FaultWatch.Alarm;
            });
        }

        Assert.All(found.Where(one => one.Key.StartsWith("Temp C", StringComparison.Ordinal)), one => Assert.InRange(one.Value, 1, 3));
        Assert.Equal(3, found.Count(one => one.Value > 0));
        Assert.Equal(5, found.Count);
    }

    [Fact]
    public void A_value_that_stands_still_for_six_hours_is_a_flat_line_and_silence_is_not()
    {
        var still = new FaultWatch(Roof, Quantity.Temperature);
        var silent = new FaultWatch(Roof, Quantity.Temperature);
        for (int minute = 0; minute < 600; minute += 5)
        {
            double moving = 10 + (minute % 60 / 10.0);
            still.Judge(minute < 120 ? moving : 12, Begin.AddMinutes(minute));
            if (minute is < 120 or >= 590)
            {
                silent.Judge(12.03, Begin.AddMinutes(minute));
            }
        }

        Assert.Equal(FaultReason.FlatLine, still.Now.Reason);
        Assert.InRange(still.Score, 0.5, 1);
        Assert.Contains("since 2026-03-02 0", still.Now.Detail, StringComparison.Ordinal);
        Assert.InRange(silent.Score, 0, 0.1);
    }

    [Fact]
    public void One_glitch_is_no_broken_sensor_and_jumps_again_and_again_are()
    {
        var glitch = new FaultWatch(Roof, Quantity.Temperature);
        var loose = new FaultWatch(Roof, Quantity.Temperature);
        for (int minute = 0; minute < 60; minute++)
        {
            glitch.Judge(minute == 20 ? 59 : 12 + (minute / 60.0), Begin.AddMinutes(minute));
            loose.Judge(minute % 3 == 0 ? 40 : 12 + (minute / 60.0), Begin.AddMinutes(minute));
        }

        Assert.InRange(glitch.Score, 0, 0.49);
        Assert.Equal(FaultReason.Step, loose.Now.Reason);
        Assert.InRange(loose.Score, 0.5, 1);
    }

    [Fact]
    public void Who_drifts_away_from_two_neighbours_is_named_and_they_are_not()
    {
        var drift = new DriftCheck();
        FaultWatch[] watches = [.. Enumerable.Range(0, 3).Select(number => new FaultWatch(new SensorId($"s{number}"), Quantity.Temperature, drift))];
        var random = new Random(5);
        for (int minute = 0; minute < 30 * 1440; minute += 10)
        {
            double weather = 10 + (6 * Math.Sin(minute / 1440.0 * 2 * Math.PI));
            for (int sensor = 0; sensor < 3; sensor++)
            {
                // The second stands a degree warmer all along, and the third drifts by 3 degrees in ten days from the fifteenth on.
                double wrong = sensor == 1 ? 1 : sensor == 2 ? Math.Clamp((minute - 21_600) / 14_400.0, 0, 1) * 3 : 0;
                watches[sensor].Judge(weather + wrong + (0.3 * random.NextDouble()), Begin.AddMinutes(minute));
            }

            if (minute == 21_600)
            {
                Assert.All(watches, watch => Assert.InRange(watch.Score, 0, 0.3));
            }
        }

        Assert.Equal(FaultReason.Drift, watches[2].Now.Reason);
        Assert.InRange(watches[2].Score, 0.5, 1);
        Assert.Contains("Cel from the others", watches[2].Now.Detail, StringComparison.Ordinal);
        Assert.InRange(watches[0].Score, 0, 0.499);
        Assert.InRange(watches[1].Score, 0, 0.499);
    }

    [Fact]
    public void The_clock_of_machine_temperature_went_back_once()
    {
        var clock = new ClockCheck();
        string[] wrong = [.. NabFiles().Select(clock.Judge).OfType<string>()];
        Assert.Equal(["the clock went back by 55 min to 2014-01-07 02:00:00"], wrong.Where(one => one.Contains("back", StringComparison.Ordinal)));

        static IEnumerable<DateTimeOffset> NabFiles() => EdgeDePin.Tests.Analytics.Anomalies.NabFiles
            .Series("realKnownCause/machine_temperature_system_failure.csv").Instants;
    }

    [Fact]
    public void Every_hour_that_a_clock_of_local_time_skips_or_tells_twice_is_found_in_the_load_of_PJM()
    {
        DateTimeOffset[] instants = [.. File.ReadLines(SharedData.Require("pjm", "PJME_hourly.csv")).Skip(1)
            .Select(line => DateTimeOffset.ParseExact(line.Split(',')[0], "dd-MM-yyyy HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)).Order()];
        var clock = new ClockCheck();
        string[] wrong = [.. instants.Select(clock.Judge).OfType<string>()];
        Assert.Equal(4, wrong.Count(one => one.StartsWith("two readings", StringComparison.Ordinal)));
        long missing = ((long)(instants[^1] - instants[0]).TotalHours) + 1 - instants.Distinct().Count();
        Assert.Equal(30, missing);
        // The thirtieth, the first hour of 10 December 2010, is no artefact of a clock: it was not read.
        Assert.Equal(29, wrong.Count(one => one.StartsWith("an hour is missing", StringComparison.Ordinal)));
    }

    private static IEnumerable<(DateTimeOffset At, double Value)> SensorCommunity(string file, string column)
    {
        string[] lines = File.ReadAllLines(SharedData.Require("sensor-community", file));
        string[] names = lines[0].Split(';');
        (int time, int value) = (Array.IndexOf(names, "timestamp"), Array.IndexOf(names, column));
        foreach (string[] cells in lines.Skip(1).Select(line => line.Split(';')).Where(cells => cells[value].Length > 0))
        {
            yield return (DateTimeOffset.Parse(cells[time], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), double.Parse(cells[value], CultureInfo.InvariantCulture));
        }
    }
}
