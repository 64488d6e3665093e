using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Node.Clocks;
using EdgeDePin.Storage;
using EdgeDePin.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Node.Clocks;

/// <summary>A node whose readings travel as SenML into a real store, on clocks that a test sets.</summary>
internal sealed class ClockedNode : IDisposable
{
    public static readonly DateTimeOffset Built = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly NodeOptions Options = new() { Site = "home", Name = "node-1" };

    private readonly string _folder;
    private readonly string _boot;
    private long _sequence;

    public ClockedNode(string folder, SteppedTime time, string boot, double holdSeconds = 600)
    {
        (_folder, Time, _boot, HoldSeconds) = (folder, time, boot, holdSeconds);
        (Store, Clock) = Open();
    }

    public SteppedTime Time { get; }

    public double HoldSeconds { get; }

    public Store Store { get; private set; }

    public Restamping Clock { get; private set; }

    /// <summary>What the kernel says of the clock.</summary>
    public bool? Synchronised { get; set; } = false;

    /// <summary>How many appends from now on fail, as on a full disk.</summary>
    public int Refuses { get; set; }

    /// <summary>One reading of now, as the sensor's side sends it.</summary>
    public StampedReading Take(double value) => new(
        new Reading(new SensorId("meter"), Quantity.Power, value, DateTimeOffset.FromUnixTimeMilliseconds(Time.GetUtcNow().ToUnixTimeMilliseconds())),
        ++_sequence, Time.Uptime);

    public Task StoreAsync(params StampedReading[] readings) => StoreAsync(_boot, readings);

    public Task StoreAsync(string boot, params StampedReading[] readings) =>
        Clock.StoreAsync(SenMl.Decode(SenMl.Encode(boot, readings)), AppendAsync, SetAsideAsync, TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<Point>> AdmitAsync(params Point[] points) => Clock.AdmitAsync(points, AppendAsync, TestContext.Current.CancellationToken);

    public Task<bool> LookAsync() => Clock.LookAsync(AppendAsync, TestContext.Current.CancellationToken);

    /// <summary>The process ends and is started again, on a device that runs on.</summary>
    public void Restart()
    {
        Dispose();
        (Store, Clock) = Open();
    }

    /// <summary>Each stored reading: its value and its instant, in the order of instants; a star where it is marked.</summary>
    public List<string> Stored() =>
        [.. Store.ReadAfter(0, 100_000).Select(stored => stored.Point).Where(point => point.Measurement == "grid").OrderBy(point => point.Instant)
            .Select(point => Describe(
                point.Fields.Single(field => field.Key == "power").Value.AsFloat, DateTimeOffset.UnixEpoch.AddTicks(point.Instant / 100),
                point.Fields.Any(field => field.Key == Restamping.Mark)))];

    public static string Describe(double value, DateTimeOffset instant, bool marked) => $"{value} {instant:yyyy-MM-ddTHH:mm:ss.fffffff}{(marked ? "*" : "")}";

    public void Dispose()
    {
        Clock.Dispose();
        Store.Dispose();
    }

    private Task AppendAsync(IReadOnlyList<Point> points, CancellationToken cancellationToken)
    {
        if (Refuses > 0)
        {
            Refuses--;
            throw new StoreException("The disk is full.");
        }

        Store.Append(points);
        return Task.CompletedTask;
    }

    private Task SetAsideAsync(Point point, string reason, CancellationToken cancellationToken)
    {
        Store.Quarantine(point, "", reason);
        return Task.CompletedTask;
    }

    private (Store, Restamping) Open()
    {
        Store store = Stores.Open(_folder);
        var options = new ClockOptions { NotBefore = Built, HoldSeconds = HoldSeconds };
        return (store, new Restamping(options, Options, store, Time, _boot, () => Synchronised, NullLogger.Instance));
    }
}
