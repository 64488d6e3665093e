using System.Text.Json;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
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
    [InlineData("city.toml", "[[sites]]\nname = \"a\"\nsensors = [ { chip = \"sds011\" } ]\n[[faults]]\nsite = \"a\"\nsensor = \"sds011\"\nkind = \"Rust\"", "kind")]
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
                bool isDisturbed = await sensor.SampleAsync(buffer, CancellationToken.None) is not null || IsWrong(served, buffer, time.GetUtcNow());
                (isDisturbed ? disturbed : good).Add(second);
            }
        });
        // Of noise between its frames a driver sees nothing: it finds the whole ones.
        Assert.Equal(kind == PlannedFaultKind.Garbage, disturbed.Count == 0);
        Assert.True(good.Count(second => second < From) > 5, $"good at {string.Join(' ', good)}");
        // A silent line is noticed when its driver has waited for it.
        Assert.All(disturbed, second => Assert.InRange(second, From - 1, kind == PlannedFaultKind.CounterReset ? 60 : Until + 5));
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
