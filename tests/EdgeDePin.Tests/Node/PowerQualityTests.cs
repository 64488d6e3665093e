using EdgeDePin.EdgeHub;
using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Simulation.Scenarios;
using EdgeDePin.Storage;
using EdgeDePin.Tests.Sensors;
using EdgeDePin.Tests.Storage;
using EdgeHubSimulator;
using EdgeHubSimulator.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Node;

/// <summary>From the instant values of a chip's registers to power quality in the store.</summary>
public sealed class PowerQualityTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly NodeOptions Node = new() { Site = "home", Name = "node-1" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_chip_that_takes_blocks_gives_the_store_the_quality_of_the_supply()
    {
        await using LocalHub hub = await HubAsync();
        await using ModuleClient sensorSide = Client(hub, HubOutputs.SensorModule), telemetrySide = Client(hub, HubOutputs.TelemetryModule);
        using Store store = Stores.Open(_folder);
        var options = new SensorOptions { Chip = "ade7953", Bus = SimulatedSite.Bus, Waveform = true, PeriodMilliseconds = 700 };

        // Time passes only where somebody looks at it, some looks for each transfer: however busy this machine is, the block is the same.
        using ISensor sensor = SimulatedSite.Open(options, Around, new JumpingTime(TimeSpan.FromMicroseconds(60)), FaultPlan.None);
        using var stops = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var replicas = new Replication(new InfluxOptions(), store, TimeProvider.System, new Random(1), NullLogger.Instance);
        var telemetry = new Telemetry(Node, store, new WriteLane(store), replicas, telemetrySide, TimeProvider.System, NullLogger.Instance);
        var sensing = new Sensing(
            Node, [new ScheduledSensor(sensor, Instants())], sensorSide, TimeProvider.System, NullLogger.Instance);
        Task storing = telemetry.RunAsync(stops.Token);

        // The schedule ends after three samples, and sensing with it, when the hub has everything.
        await sensing.RunAsync(Stop);
        Point? point = null;
        for (int tried = 0; tried < 500 && point is null && !storing.IsCompleted; tried++)
        {
            point = store.ReadAfter(0, 10_000).Select(stored => stored.Point).FirstOrDefault(stored => stored.Measurement == "power_quality");
            await Task.Delay(20, Stop);
        }

        await stops.CancelAsync();
        await storing;
        Dictionary<string, FieldValue> fields = point!.Fields.ToDictionary(field => field.Key, field => field.Value);

        Assert.Equal(50.1, fields["frequency"].AsFloat, 0.03);
        Assert.Equal(231, fields["voltage"].AsFloat, 1.2);   // class S: 0.5 %
        Assert.Equal(700, fields["power"].AsFloat, 7.0);
        Assert.Equal(4, fields["voltage_thd"].AsFloat, 0.3);
        Assert.Equal(3.2, fields["voltage_h5"].AsFloat, 0.3);
        Assert.Contains("sensor=ade7953", point.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_minutes_of_blocks_are_judged_by_EN_50160()
    {
        var watch = new SupplyWatch(Node);
        var start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        List<Point> points = [];
        for (int second = 0; second <= 1_200; second += 5)
        {
            // The second ten minutes are a fifth too low.
            points.AddRange(watch.Take(new SensorWaveform(new SensorId("mains"), Sine(second < 600 ? 230 : 184), start.AddSeconds(second))));
        }

        Assert.Equal(241, points.Count(point => point.Measurement == "power_quality"));
        string[] narrow = [.. points.Where(point => point.Measurement == "power_supply" && point.Tags.Any(tag => tag.Value == "voltage within 10 %"))
            .Select(point => $"{point.Fields.Single(field => field.Key == "share").Value.AsFloat} {point.Fields.Single(field => field.Key == "kept").Value.AsBoolean}")];
        Assert.Equal(["1 True", "0.5 False"], narrow);
        Assert.All(
            points.Where(point => point.Tags.Any(tag => tag.Value == "frequency within 1 %")),
            point => Assert.Equal(1, point.Fields.Single(field => field.Key == "share").Value.AsFloat));
    }

    [Fact]
    public async Task A_block_that_the_bus_was_too_slow_for_is_counted()
    {
        var options = new SensorOptions { Chip = "ade7953", Bus = SimulatedSite.Bus, Waveform = true };
        using ISensor sensor = SimulatedSite.Open(options, Around, new JumpingTime(TimeSpan.FromMilliseconds(8)), FaultPlan.None);
        var counters = new SamplingCounters();
        List<SensorWaveform> taken = [];
        using var loop = new SamplingLoop(
            new ScheduledSensor(sensor, Instants()), new ReadingPath(), new ReadingInbox(counters), counters, fault => Assert.Fail(fault.ToString()), taken.Add);
        await loop.RunAsync(Stop);
        Assert.Empty(taken);
        Assert.Equal((0, 3), loop.Waveforms);
        Assert.Equal(3, SensorPoints.Health(loop, Node, DateTimeOffset.UnixEpoch).Fields.Single(field => field.Key == "waveforms_missed").Value.AsInteger);
    }

    private static async IAsyncEnumerable<DateTimeOffset> Instants()
    {
        for (int second = 0; second < 3; second++)
        {
            await Task.Yield();
            yield return new DateTimeOffset(2026, 3, 2, 0, 0, second, TimeSpan.Zero);
        }
    }

    private static WaveformBlock Sine(double volts)
    {
        double[] samples = [.. Enumerable.Range(0, 330).Select(at => volts * Math.Sqrt(2) * Math.Sin(2 * Math.PI * 50 * at / 1_350.0))];
        return new WaveformBlock([.. samples], [.. samples.Select(one => one / 100)], 1_350, 50, 230);
    }

    private static double? Around(Quantity quantity, DateTimeOffset at) =>
        quantity == Quantity.Voltage ? 231 : quantity == Quantity.Current ? 3.5 : quantity == Quantity.Power ? 700
        : quantity == Quantity.Frequency ? 50.1 : quantity == Quantity.VoltageThd ? 4 : quantity == Quantity.CurrentThd ? 10 : 0.87;

    private static async Task<LocalHub> HubAsync()
    {
        var options = new LocalHubOptions { DeviceId = "device", Port = 0 };
        foreach (string route in HubOutputs.Routes)
        {
            options.Routes.Add($"route{options.Routes.Count + 1}", new RouteEntry(route));
        }

        var hub = new LocalHub(options, TimeProvider.System, NullLogger<LocalHub>.Instance);
        await hub.StartAsync();
        return hub;
    }

    private static ModuleClient Client(LocalHub hub, string module) => HubClient.Create(
        new HubOptions { Port = hub.Port, DeviceId = "device" }, module, TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
}
