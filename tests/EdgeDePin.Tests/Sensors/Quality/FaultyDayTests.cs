using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;
using EdgeDePin.Simulation;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Network;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Tests.Sensors.Quality;

/// <summary>
/// A day of one site on virtual time, with every kind of fault injected, each listed as ground truth. Through driver and quality
/// gate, as a node does it.
/// </summary>
public sealed class FaultyDayTests
{
    /// <summary>Of values that an injected fault has made wrong, at most this share may be called good.</summary>
    private const double MostBadCalledGood = 0.20;

    /// <summary>Of values that nothing disturbed, at most this share may be called anything else.</summary>
    private const double MostGoodCalledBad = 0.04;

    private static readonly string[] Chips =
        ["bme280", "sht4x", "bmp388", "sht3x", "scd4x", "pms5003", "sds011", "sps30", "sdm120", "pzem004t", "veml7700", "ezo-ph"];

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Theory]
    [InlineData(1)]
    [InlineData(42)]
    public void Every_fault_is_told_or_flagged_and_no_other_sensor_misses_a_sample(int seed)
    {
        var time = new VirtualTime(seed);
        DateTimeOffset start = time.GetUtcNow();
        var site = new SiteEnvironment(seed, seed, start);
        InjectedFault[] faults = [.. Faults()];
        FaultySensor[] sensors =
        [
            .. Chips
                .Select((chip, index) => new FaultySensor(chip, seed + index, site, time, start, faults)),
        ];
        var gate = new QualityGate();
        new VirtualThread(time).Run(() => Task.WhenAll(sensors.Select(sensor => sensor.RunAsync(gate, start + Day))));

        Confusion all = Confusion.Of(sensors.SelectMany(sensor => sensor.Judged));
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}: {all}");
        foreach (InjectedFault fault in faults)
        {
            FaultySensor hit = sensors.Single(sensor => sensor.Chip == fault.Chip);
            TestContext.Current.TestOutputHelper!.WriteLine($"{fault}: {hit.Told(fault)}");
            Assert.True(hit.IsTold(fault), $"seed {seed}: {fault} was neither told nor flagged; {hit.Told(fault)}");
        }

        Assert.True(all.BadCalledGood <= MostBadCalledGood, $"seed {seed}: {all}");
        Assert.True(all.GoodCalledBad <= MostGoodCalledBad, $"seed {seed}: {all}");
        foreach (FaultySensor sensor in sensors)
        {
            // Nobody waits for another: each was asked at every one of its slots (a first sample may last into the next).
            Assert.InRange(sensor.Asked, (int)(Day / FaultySensor.Period) - 4, (int)(Day / FaultySensor.Period) + 1);
            sensor.Dispose();
        }
    }

    private static IEnumerable<InjectedFault> Faults() =>
    [
        new("bme280", FaultType.Drift, 6, 8),
        new("sht4x", FaultType.BitFlips, 1, 2),
        new("sht4x", FaultType.Unplugged, 12, 0.25),
        new("bmp388", FaultType.BrownOut, 5, 0.05),
        new("sht3x", FaultType.Saturated, 9, 5),
        new("sht3x", FaultType.NoAnswer, 2, 0.5),
        new("scd4x", FaultType.ShortFrames, 4, 0.5),
        new("pms5003", FaultType.Garbage, 10, 0.5),
        new("sds011", FaultType.Drift, 14, 6),
        new("sht4x", FaultType.StuckAt, 15, 4),
        new("sps30", FaultType.BrownOut, 11, 0.05),
        new("sdm120", FaultType.CounterZero, 3, 0.01),
        new("pzem004t", FaultType.CounterReset, 15, 0.01),
        new("veml7700", FaultType.Unplugged, 13, 1),
        new("ezo-ph", FaultType.Spikes, 17, 1),
        new("bme280", FaultType.StuckAt, 18, 3),
    ];
}
