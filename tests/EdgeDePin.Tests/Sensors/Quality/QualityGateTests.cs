using System.Globalization;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Quality;

namespace EdgeDePin.Tests.Sensors.Quality;

public sealed class QualityGateTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // Values of one sensor, ten seconds apart, and the verdict of the last.
    public static TheoryData<string, double[], string> Series => new()
    {
        { "temperature", [20], "good" },
        { "temperature", [-7_999], "bad(range)" },                      // a thermistor of a real station
        { "temperature", [20, 20.1, 85], "bad(range)" },
        { "temperature", [20, 20.1, 35], "suspect(step)" },
        { "temperature", [20, 20.1, 35, 20.2], "good" },                // it was a glitch
        { "temperature", [20, 20.1, 35, 35.1, 35.2], "suspect(step)" },
        { "temperature", [20, 20.1, 35, 35.1, 35.2, 35.3], "good" },    // a level that stays is believed
        { "energy", [81_250, 81_250.1, 0], "bad(counter)" },            // a zero glitch
        { "energy", [81_250, 81_250.1, 0, 81_250.2], "good" },
        { "energy", [81_250, 81_250.1, 90_000], "bad(counter)" },       // a flipped bit
        { "energy", [81_250, 0, 0.1, 0.2, 0.3], "good" },               // a new meter
    };

    [Theory]
    [MemberData(nameof(Series))]
    public void A_reading_is_judged_by_what_came_before(string quantity, double[] values, string verdict)
    {
        var check = new SeriesCheck(Quantity.Parse(quantity));
        string last = "";
        for (int i = 0; i < values.Length; i++)
        {
            last = check.Judge(values[i], Noon.AddSeconds(10 * i)).ToString();
        }

        Assert.Equal(verdict, last);
    }

    [Fact]
    public void A_sensor_that_repeats_itself_is_stuck_and_one_of_coarse_steps_is_not()
    {
        var fine = new SeriesCheck(Quantity.Temperature);
        var coarse = new SeriesCheck(Quantity.Temperature);
        var random = new Random(1);
        for (int i = 0; i < 500; i++)
        {
            Assert.True(fine.Judge(20 + random.NextDouble(), Noon.AddSeconds(10 * i)).IsGood);
            ReadingQuality quality = coarse.Judge(Math.Round((20 + Math.Sin(i / 100.0)) * 10) / 10, Noon.AddSeconds(10 * i));
            Assert.True(quality.IsGood || i < 300, $"{i}: {quality}");
        }

        int suspects = 0;
        for (int i = 500; i < 600; i++)
        {
            suspects += fine.Judge(20.5, Noon.AddSeconds(10 * i)).Reason == QualityReason.Stuck ? 1 : 0;
        }

        Assert.InRange(suspects, 85, 90);
    }

    [Fact]
    public void Of_three_sensors_the_one_that_drifts_is_suspect_and_of_two_both_are()
    {
        var three = new CrossCheck();
        var two = new CrossCheck();
        ReadingQuality a = default, b = default, c = default, d = default, e = default;
        for (int i = 0; i < 1_000; i++)
        {
            DateTimeOffset at = Noon.AddSeconds(10 * i);
            double drift = i * 0.004;
            a = three.Judge("a", Quantity.Temperature, 20.1, at);
            b = three.Judge("b", Quantity.Temperature, 19.9, at);
            c = three.Judge("c", Quantity.Temperature, 20 + drift, at);
            d = two.Judge("d", Quantity.Temperature, 20, at);
            e = two.Judge("e", Quantity.Temperature, 20 + drift, at);
        }

        Assert.Equal((true, true, QualityReason.CrossCheck), (a.IsGood, b.IsGood, c.Reason));
        Assert.Equal((QualityReason.CrossCheck, QualityReason.CrossCheck), (d.Reason, e.Reason));
    }

    [Fact]
    public void A_sensor_that_warms_up_is_suspect()
    {
        var gate = new QualityGate();
        var sensor = new SensorId("dust");
        gate.Started(sensor, Noon, TimeSpan.FromSeconds(30));
        Assert.Equal("suspect(warmup)", gate.Judge(sensor, Quantity.Pm25, 5, Noon.AddSeconds(29)).ToString());
        Assert.True(gate.Judge(sensor, Quantity.Pm25, 5, Noon.AddSeconds(30)).IsGood);
        Assert.Equal((1, 1, 0), (gate.Count(QualityVerdict.Good), gate.Count(QualityVerdict.Suspect), gate.Count(QualityVerdict.Bad)));
    }

    // MIDC, Golden: channels of thermistors that are broken for most of the day.
    [Fact]
    public void Every_value_of_a_broken_thermistor_is_bad()
    {
        int broken = 0;
        string[] lines = File.ReadAllLines(SharedData.Require("noaa-nrel-weather", "midc_raw_20181018.txt"));
        foreach (string line in lines)
        {
            foreach (string field in line.Split(','))
            {
                if (double.TryParse(field, CultureInfo.InvariantCulture, out double value) && value is <= -7_000 or -373)
                {
                    broken++;
                    Assert.Equal(QualityVerdict.Bad, new SeriesCheck(Quantity.Temperature).Judge(value, Noon).Verdict);
                }
            }
        }

        Assert.True(broken > 1_000, $"{broken} broken values");
    }

    [Theory]
    [InlineData(10, 7.542)]
    [InlineData(40, 28.502)]
    [InlineData(100, 80.902)]
    [InlineData(235, 200.473)]
    [InlineData(300, 289.526)]
    public void The_correction_of_the_epa_is_the_published_one(double raw, double corrected) =>
        Assert.Equal(corrected, PurpleAirCorrection.Pm25(raw, 40), 0.0006);

    [Fact]
    public void A_correction_belongs_to_its_model()
    {
        Assert.True(PurpleAirCorrection.AppliesTo("pms5003"));
        Assert.False(PurpleAirCorrection.AppliesTo("sds011"));
    }

    [Fact]
    public void Somebody_has_thought_about_each_quantity_that_is_not_wired_freely() =>
        Assert.DoesNotContain(Quantity.All, quantity => quantity.Measurement != "analog" && !QualityLimits.AreKnown(quantity));

    public static TheoryData<string> Moving => [.. Quantity.All.Where(quantity => QualityLimits.Of(quantity).LeastPerHour > 0).Select(quantity => quantity.Name)];

    [Theory]
    [MemberData(nameof(Moving))]
    public void What_has_to_move_is_flat_after_an_hour_without_and_good_again_when_it_moves(string name)
    {
        Quantity quantity = Quantity.Parse(name);
        QualityLimits limits = QualityLimits.Of(quantity);
        double level = Math.Max(1, Math.Min(limits.Saturation, double.IsFinite(limits.MovesAbove) ? limits.MovesAbove : 0.4 * (limits.Lowest + limits.Highest)));
        DateTimeOffset at = DateTimeOffset.UnixEpoch;
        var check = new SeriesCheck(quantity);

        // It wanders by a tenth of what it has to in an hour, so that it is never the very same value.
        for (int minute = 0; minute < 59; minute++)
        {
            Assert.Equal(ReadingQuality.Good, check.Judge(level + (0.1 * limits.LeastPerHour * (minute % 2)), at.AddMinutes(minute)));
        }

        Assert.Equal(ReadingQuality.Suspect(QualityReason.FlatLine), check.Judge(level, at.AddMinutes(61)));
        Assert.Equal(ReadingQuality.Good, check.Judge(level + (1.1 * limits.LeastPerHour), at.AddMinutes(62)));
    }

    [Theory]
    [InlineData("wind_speed", 0)]
    [InlineData("pm2_5", 1)]
    [InlineData("illuminance", 0.4)]
    [InlineData("voltage", 0)]
    [InlineData("power", 0)]
    [InlineData("rain_rate", 0)]
    [InlineData("n10", 0)]
    [InlineData("frequency", 50)]
    public void A_calm_clean_air_and_the_night_stand_still_and_are_good(string name, double level)
    {
        var check = new SeriesCheck(Quantity.Parse(name));
        for (int minute = 0; minute < 600; minute++)
        {
            Assert.Equal(ReadingQuality.Good, check.Judge(level, DateTimeOffset.UnixEpoch.AddMinutes(minute)));
        }
    }
}
