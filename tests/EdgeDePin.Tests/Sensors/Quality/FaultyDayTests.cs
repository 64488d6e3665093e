using EdgeDePin.Node.Clocks;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation;
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
        ["bme280", "sht4x", "bmp388", "sht3x", "scd4x", "pms5003", "sds011", "sps30", "sdm120", "sdm630", "pzem004t", "veml7700", "ezo-ph"];

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(2);

    [Theory]
    [InlineData(1)]
    [InlineData(42)]
    public void Every_fault_is_told_or_flagged_and_no_other_sensor_misses_a_sample(int seed)
    {
        var time = new VirtualTime(seed);
        var clock = new WallClock(time);
        var site = new SiteEnvironment(seed, seed, time.GetUtcNow());
        InjectedFault[] faults = [.. Faults()];
        FaultySensor[] sensors = [.. Chips.Select((chip, index) => new FaultySensor(chip, seed + index, site, time, clock, faults))];
        List<double> steps = Live(sensors, time, clock, faults.Single(fault => fault.Type == FaultType.ClockStep));

        Confusion all = Confusion.Of(sensors.SelectMany(sensor => sensor.Judged));
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}: {all}");
        foreach (InjectedFault fault in faults)
        {
            (bool isTold, string told) = fault.Chip == InjectedFault.Node
                ? (Seen(steps, fault.FromHour) && Seen(steps, fault.FromHour + fault.Hours), $"steps seen at hours {string.Join(' ', steps)}")
                : Told(sensors.Single(sensor => sensor.Chip == fault.Chip), fault);
            TestContext.Current.TestOutputHelper!.WriteLine($"{fault}: {told}");

            // What only makes a transfer slower hides nothing: its values have to be right, which the table shows.
            Assert.True(isTold || fault.Type == FaultType.Stretch, $"seed {seed}: {fault} was neither told nor flagged; {told}");
        }

        Assert.Equal(Enum.GetValues<FaultType>().Order(), faults.Select(fault => fault.Type).Distinct().Order());
        Assert.Equal(2, steps.Count);
        Assert.True(all.BadCalledGood <= MostBadCalledGood, $"seed {seed}: {all}");
        Assert.True(all.GoodCalledBad <= MostGoodCalledBad, $"seed {seed}: {all}");
        foreach (FaultySensor sensor in sensors)
        {
            // Nobody waits for another: each was asked at every one of its slots (a first sample may last into the next).
            Assert.InRange(sensor.Asked, (int)(Day / FaultySensor.Period) - 4, (int)(Day / FaultySensor.Period) + 1);
            Assert.Equal(0, sensor.Unplaced);
            sensor.Dispose();
        }
    }

    // The day itself; returns at which hours the node found its clock set.
    private static List<double> Live(FaultySensor[] sensors, VirtualTime time, WallClock clock, InjectedFault step)
    {
        var path = new ReadingPath();
        var watch = new BootClock(clock, new ClockOptions(), clock.GetUtcNow().AddDays(-1), () => null, () => DateTimeOffset.MinValue);
        List<double> steps = [];
        new VirtualThread(time).Run(async () =>
        {
            using var over = new CancellationTokenSource();
            Task[] sampling = [.. sensors.Select(sensor => sensor.RunAsync(path, over.Token))];
            for (watch.Look(); time.Elapsed < Day; await Task.Delay(FaultySensor.Period, time))
            {
                clock.Offset = step.Holds(time.Elapsed) ? Ahead : TimeSpan.Zero;
                long before = watch.Steps;
                watch.Look();
                steps.AddRange(Enumerable.Repeat(time.Elapsed.TotalHours, (int)(watch.Steps - before)));
            }

            await over.CancelAsync();
            await Task.WhenAll(sampling);
        });
        return steps;
    }

    private static bool Seen(List<double> steps, double hour) => steps.Exists(step => step - hour is >= 0 and < 0.02);

    private static (bool IsTold, string Told) Told(FaultySensor sensor, InjectedFault fault) => (sensor.IsTold(fault), sensor.Told(fault));

    private static IEnumerable<InjectedFault> Faults() =>
    [
        new("bme280", FaultType.Drift, 6, 8),
        new("sht4x", FaultType.BitFlips, 1, 2),
        new("sht4x", FaultType.Unplugged, 12, 0.25),
        new("bmp388", FaultType.BrownOut, 5, 0.05),
        new("bmp388", FaultType.Hang, 20, 0.03),
        new("sht3x", FaultType.Saturated, 9, 5),
        new("sht3x", FaultType.NoAnswer, 2, 0.5),
        new("sht3x", FaultType.Stretch, 21, 0.05),
        new("scd4x", FaultType.ShortFrames, 4, 0.5),
        new("pms5003", FaultType.Garbage, 10, 0.5),
        new("sds011", FaultType.Drift, 14, 6),
        new("sht4x", FaultType.StuckAt, 15, 4),
        new("sps30", FaultType.BrownOut, 11, 0.05),
        new("sdm120", FaultType.CounterZero, 3, 0.01),
        new("sdm630", FaultType.CounterWrap, 7, 0.03),
        new("pzem004t", FaultType.CounterReset, 15, 0.03),
        new("veml7700", FaultType.Unplugged, 13, 1),
        new("ezo-ph", FaultType.Spikes, 17, 1),
        new("bme280", FaultType.StuckAt, 18, 3),
        new(InjectedFault.Node, FaultType.ClockStep, 8, 3),
    ];
}
