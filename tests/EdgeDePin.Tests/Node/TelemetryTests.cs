using EdgeDePin.EdgeHub;
using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Storage;
using EdgeDePin.Tests.EdgeHub;
using EdgeDePin.Tests.Node.Clocks;
using EdgeDePin.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Node;

public sealed class TelemetryTests : IDisposable
{
    private const int Messages = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly NodeOptions Node = new() { Site = "home", Name = "node-1" };

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-telemetry-").FullName;

    // A new configuration, or the end of the module, while messages are being stored.
    [Fact(Timeout = 60_000)]
    public async Task Messages_that_wait_for_a_clock_when_a_run_ends_are_stored_by_the_next_run()
    {
        await using Site site = await Site.StartAsync();
        ModuleClient hub = site.Module("telemetry", options => options.MaxHandled = 8), sensor = await site.SensorAsync();
        using Store store = Stores.Open(_folder);
        var neverSet = new SteppedTime(DateTimeOffset.UnixEpoch);
        using (var clock = new Restamping(
            new ClockOptions { NotBefore = ClockedNode.Built, HoldSeconds = 600 }, Node, store, neverSet, "boot-1", () => false, NullLogger.Instance))
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Site.Token))
        {
            Task running = RunAsync(store, hub, clock, stop.Token);
            for (int sequence = 1; sequence <= Messages; sequence++)
            {
                var reading = new Reading(new SensorId("meter"), Quantity.Power, sequence, ClockedNode.Built.AddSeconds(sequence));
                await sensor.SendEventAsync(
                    HubOutputs.Readings, new HubMessage(SenMl.Encode("boot-1", [new StampedReading(reading, sequence, TimeSpan.FromSeconds(sequence))])), Site.Token);
            }

            await Site.UntilAsync(() => clock.Waiting > 1);
            await stop.CancelAsync();
            await running.WaitAsync(Patience, Site.Token);
        }

        Assert.Equal((0L, 0L), (store.PointCount, hub.State.Abandoned));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Site.Token);
        Task next = RunAsync(store, hub, null, end.Token);
        await Site.UntilAsync(() => site.Hub.State is { Delivered: Messages, Waiting: 0 });
        await end.CancelAsync();
        await next.WaitAsync(Patience, Site.Token);
        Assert.Equal(Messages, store.ReadAfter(0, 100).Count(stored => stored.Point.Measurement == "grid"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task RunAsync(Store store, ModuleClient hub, Restamping? clock, CancellationToken cancellationToken)
    {
        using var replicas = new Replication(new InfluxOptions(), store, TimeProvider.System, new Random(1), NullLogger.Instance);
        await new Telemetry(Node, store, new WriteLane(store), replicas, hub, TimeProvider.System, NullLogger.Instance, clock).RunAsync(cancellationToken);
    }
}
