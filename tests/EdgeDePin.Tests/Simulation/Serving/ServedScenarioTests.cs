using System.Text.Json;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Network;
using EdgeDePin.Simulation.Scenarios;
using EdgeDePin.Simulation.Serving;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.Tests.Simulation.Serving;

/// <summary>A scenario as somebody writes it, and what its faults do to a real driver.</summary>
public sealed class ServedScenarioTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Toml_and_json_say_the_same()
    {
        string toml = Write("city.toml", """
            # A roof.
            [[sites]]
            name = "roof"
            sensors = [ { chip = "sds011" }, { chip = "sdm630", address = 2, oversampling = 4 } ]

            [[faults]]
            site = "roof"
            sensor = "sds011"
            kind = "BitFlip"
            atSeconds = 30
            forSeconds = 2.5
            """);
        string json = Write("city.json", """
            { "Sites": [ { "Name": "roof", "Sensors": [ { "Chip": "sds011" }, { "Chip": "sdm630", "Address": 2, "Oversampling": 4 } ] } ],
              "Faults": [ { "Site": "roof", "Sensor": "sds011", "Kind": "BitFlip", "AtSeconds": 30, "ForSeconds": 2.5 } ] }
            """);
        Assert.Equal(JsonSerializer.Serialize(SimulationScenario.Read(json)), JsonSerializer.Serialize(SimulationScenario.Read(toml)));
        Assert.Equal(2.5, SimulationScenario.Read(toml).Faults[0].ForSeconds);
    }

    [Theory]
    [InlineData("city.toml", "[[sites]\nname = 1", "city.toml: ")]
    [InlineData("city.toml", "[[sites]]\nname = \"a\"\ncolour = \"red\"", "colour")]
    [InlineData("city.toml", "[[sites]]\nname = \"a\"\nsensors = [ { chip = \"sds011\" } ]\n[[faults]]\nsite = \"a\"\nsensor = \"sds011\"\nkind = \"Rust\"", "use one of Unplug, BitFlip")]
    [InlineData("city.toml", "[[sites]]\nname = \"a\"\nsensors = [ { chip = \"sdm630\", address = 400 } ]", "a/sdm630: Address is 400; use 1 to 247")]
    [InlineData("city.toml", "[[sites]]\nname = \"a\"\nsensors = [ { chip = \"sds999\" } ]", "city.toml: a: Unknown chip 'sds999'")]
    [InlineData("city.toml", "[[sites]]\nname = \"a\"\nsensors = [ { chip = \"sds011\" }, { chip = \"sds011\" } ]", "two sensors are named 'a/sds011'")]
    [InlineData("city.toml", "[[sites]]\nname = \"a\"\nsensors = [ { chip = \"sds011\" } ]\n[[faults]]\nsite = \"a\"\nsensor = \"sds011\"\natSeconds = -1", "AtSeconds -1")]
    [InlineData("city.json", "{\n\"Sites\": [ 1 ] }", "city.json:2:")]
    [InlineData("city.toml", "", "it has 0 sensors")]
    public void What_is_no_scenario_is_refused_with_its_place(string name, string text, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<FormatException>(() => SimulationScenario.Read(Write(name, text))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("sht4x", PlannedFaultKind.Unplug)]
    [InlineData("sht4x", PlannedFaultKind.BitFlip)]
    [InlineData("sds011", PlannedFaultKind.ShortFrame)]
    [InlineData("bme280", PlannedFaultKind.NoAnswer)]
    [InlineData("sds011", PlannedFaultKind.Garbage)]
    [InlineData("bmp388", PlannedFaultKind.BrownOut)]
    [InlineData("sdm120", PlannedFaultKind.StuckAt)]
    [InlineData("sht4x", PlannedFaultKind.Drift)]
    [InlineData("sht4x", PlannedFaultKind.Saturated)]
    [InlineData("sdm120", PlannedFaultKind.Spikes)]
    [InlineData("sdm120", PlannedFaultKind.CounterZero)]
    [InlineData("sdm120", PlannedFaultKind.CounterReset)]
    [InlineData("sdm630", PlannedFaultKind.CounterWrap)]
    [InlineData("sht4x", PlannedFaultKind.Hang)]
    public void A_planned_fault_holds_from_its_beginning_to_its_end(string chip, PlannedFaultKind kind)
    {
        const int From = 20, Until = 40;
        var time = new VirtualTime(7);
        DateTimeOffset start = time.GetUtcNow();
        var fault = new PlannedFault { Site = "roof", Sensor = chip, Kind = kind, AtSeconds = From, ForSeconds = Until - From };
        using var served = new ServedSensor("roof", new SensorOptions { Chip = chip }, new SiteEnvironment(7, 7, start), [fault], 7, time);
        List<int> good = [], disturbed = [];
        new VirtualThread(time).Run(async () =>
        {
            using ISensor sensor = served.Open();
            var buffer = new SampleBuffer();
            await foreach (DateTimeOffset at in SamplingSchedule.Every(TimeSpan.FromSeconds(1), time, CancellationToken.None))
            {
                int second = (int)(at - start).TotalSeconds;
                if (second >= 60)
                {
                    return;
                }

                served.Step();
                // The thread of a bus that hung comes back in real time, of which none passes here.
                for (int tried = 0; kind == PlannedFaultKind.Hang && second == Until && tried < 2_000_000; tried++)
                {
                    if (await sensor.SampleAsync(buffer, CancellationToken.None) is null)
                    {
                        break;
                    }
                }

                bool isDisturbed = await sensor.SampleAsync(buffer, CancellationToken.None) is not null || IsWrong(served, buffer, time.GetUtcNow());
                (isDisturbed ? disturbed : good).Add(second);
            }
        });
        // Of noise between its frames a driver sees nothing: it finds the whole ones.
        Assert.Equal(kind == PlannedFaultKind.Garbage, disturbed.Count == 0);
        Assert.True(good.Count(second => second < From) > 5, $"good at {string.Join(' ', good)}");
        // A silent line is noticed when its driver has waited for it.
        Assert.All(disturbed, second => Assert.InRange(second, From - 1, kind is PlannedFaultKind.CounterReset or PlannedFaultKind.CounterWrap ? 60 : Until + 5));
    }

    [Fact]
    public void A_counter_goes_on_from_where_a_reset_or_a_wrap_has_left_it()
    {
        DateTimeOffset start = new VirtualTime(3).GetUtcNow();
        var house = new SiteEnvironment(3, 3, start);
        var faults = new CounterFaults([Quantity.Energy, Quantity.Power], house, start, [
            new PlannedFault { Kind = PlannedFaultKind.CounterWrap, AtSeconds = 36_000, WrapsAt = 1_000 },
            new PlannedFault { Kind = PlannedFaultKind.CounterReset, AtSeconds = 72_000 },
        ]);
        double[] shown = [.. new[] { 1, 9.99, 10.01, 19.99, 20.01, 24 }.Select(hour => Shown(start.AddHours(hour)))];
        Assert.InRange(shown[1], 999.8, 1_000);
        Assert.InRange(shown[2], 0, 0.2);
        Assert.True(shown[0] < shown[1] && shown[3] > 1, $"{string.Join(' ', shown)}");
        Assert.InRange(shown[4], 0, 0.2);
        Assert.True(shown[5] > 1, $"{string.Join(' ', shown)}");
        Assert.Equal(7.5, faults.Shown(Quantity.Power, 7.5, start.AddHours(23)));

        double Shown(DateTimeOffset at) => faults.Shown(Quantity.Energy, house.At(Quantity.Energy, at), at)!.Value;
    }

    [Fact]
    public void A_step_of_the_clock_moves_instants_and_no_sample()
    {
        var time = new VirtualTime(5);
        DateTimeOffset start = time.GetUtcNow();
        var fault = new PlannedFault { Site = "roof", Sensor = "sht4x", Kind = PlannedFaultKind.ClockStep, AtSeconds = 20, ForSeconds = 20, StepSeconds = -7_200 };
        using var served = new ServedSensor("roof", new SensorOptions { Chip = "sht4x" }, new SiteEnvironment(5, 5, start), [fault], 5, time);
        List<double> off = [];
        new VirtualThread(time).Run(async () =>
        {
            using ISensor sensor = served.Open();
            var buffer = new SampleBuffer();
            await foreach (DateTimeOffset at in SamplingSchedule.Every(TimeSpan.FromSeconds(1), served.Clock, CancellationToken.None))
            {
                if (time.Elapsed.TotalSeconds >= 59.5)   // a timer may be early by part of a millisecond
                {
                    return;
                }

                off.Add(Math.Round((at - time.GetUtcNow()).TotalSeconds));
                served.Step();
                Assert.Null(await sensor.SampleAsync(buffer, CancellationToken.None));
                Assert.False(IsWrong(served, buffer, time.GetUtcNow()));
            }
        });
        Assert.Equal(60, off.Count);
        Assert.InRange(off.IndexOf(-7_200), 20, 22);
        Assert.InRange(off.Count(one => one == -7_200), 19, 21);
        Assert.Equal(0, off[^1]);
    }

    [Fact]
    public void A_meter_whose_clock_is_set_says_so_in_its_telegrams()
    {
        DateTimeOffset now = new(2026, 1, 1, 10, 0, 0, TimeSpan.Zero);
        string telegram = System.Text.Encoding.ASCII.GetString(SimulatedDsmr.Telegram((_, _) => 1, now, TimeSpan.FromHours(1)));
        Assert.Contains("0-0:1.0.0(260101120000W)", telegram, StringComparison.Ordinal);
    }

    private static bool IsWrong(ServedSensor served, SampleBuffer sample, DateTimeOffset at)
    {
        foreach (Measurement one in sample.Measurements)
        {
            double truth = served.Truth(one.Quantity, at) ?? one.Value;
            if (Math.Abs(one.Value - truth) > 0.02 * Math.Max(1, Math.Abs(truth)))
            {
                return true;
            }
        }

        return false;
    }

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
