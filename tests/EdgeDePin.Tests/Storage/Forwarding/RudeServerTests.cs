using System.Text.Json;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>Connections that break at every place, before a real influxd: it ends with every point once, and none is blamed.</summary>
public sealed class RudeServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Store _store;

    public RudeServerTests() => _store = Stores.Open(_folder);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Connections_that_break_at_any_place_cost_repetitions_and_no_point(int seed)
    {
        await using InfluxServer influx = await InfluxServer.StartAsync(Cancel);
        var random = new Random(seed);
        int rude = 0;
        string? Manners()
        {
            lock (random)
            {
                // Every manner once, then by chance.
                return rude < RudeServer.Manners.Length ? RudeServer.Manners[rude++]
                    : random.Next(3) == 0 && rude++ < 40 ? RudeServer.Manners[random.Next(RudeServer.Manners.Length)] : null;
            }
        }

        using var server = new RudeServer(influx.Url.Port, Manners);
        // A new connection for each request, so that each can break; a short patience, so that silence costs little.
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromMilliseconds(500) };
        var options = new ForwarderOptions
        {
            Url = server.Url,
            Database = "replica",
            BatchSize = 200,
            LiveWindow = 500,
            PollInterval = TimeSpan.FromMilliseconds(5),
            RetryDelay = TimeSpan.FromMilliseconds(2),
            MaxRetryDelay = TimeSpan.FromMilliseconds(10),
            BacklogPointsPerSecond = 0,
        };
        using var forwarder = new Forwarder(_store, options, http, TimeProvider.System, new Random(seed), NullLogger.Instance);
        for (int part = 0; part < 4; part++)
        {
            _store.Append([.. Forwarders.Numbered(part * 1_000, 1_000)]);
            _store.Compact();
            Assert.True(await forwarder.DrainAsync(TimeSpan.FromSeconds(60), Cancel), $"seed {seed}: {forwarder.Status}");
        }

        Assert.True(rude >= RudeServer.Manners.Length, $"seed {seed}: {rude}");
        Assert.Equal((0, 4_000), (_store.QuarantineCount, forwarder.Status.CursorSequence));
        Assert.Contains("[[0,4000]]", await influx.QueryAsync("SELECT count(v) FROM m", "replica", "ns", Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Many_points_that_influxd_refuses_are_found_each_and_nothing_else(int seed)
    {
        await using InfluxServer influx = await InfluxServer.StartAsync(Cancel);
        await influx.CreateDatabaseAsync("replica", Cancel);
        await influx.WriteAsync("replica", "m,k=other odd=\"a text\" 1", Cancel);
        var random = new Random(seed);
        HashSet<int> poison = [.. Enumerable.Range(0, 40).Select(_ => random.Next(3_000)), 0, 1, 2_999];
        _store.Append([.. Enumerable.Range(0, 3_000).Select(at => poison.Contains(at)
            ? new Point("m", [new("k", "p")], [new("odd", (long)at)], 1_000L * at)
            : Forwarders.At(at))]);
        using Forwarder forwarder = Forwarders.Create(_store, influx.Url, options => (options.BatchSize, options.LiveWindow) = (1_000, 700));
        Assert.True(await forwarder.DrainAsync(TimeSpan.FromSeconds(60), Cancel), $"seed {seed}: {forwarder.Status}");
        IReadOnlyList<QuarantinedPoint> aside = _store.ReadQuarantine(100);
        Assert.Equal(poison.Order(), aside.Select(one => (int)(Stores.Points(one.Line)[0].Instant / 1_000)).Order());
        Assert.All(aside, one => Assert.Contains("field type conflict", one.Reason, StringComparison.Ordinal));
        Assert.Contains($"[[0,{3_000 - poison.Count}]]", await influx.QueryAsync("SELECT count(v) FROM m", "replica", "ns", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_date_in_Retry_After_is_read_by_the_clock_of_the_server()
    {
        _store.Append([.. Forwarders.Numbered(0, 10)]);
        using var server = new StrangeServer();
        bool first = true;
        // The listener's own Date header says now; our clock is ten years behind.
        server.OnWrite = _ => first && !(first = false) ? (503, "", TimeProvider.System.GetUtcNow().AddSeconds(1).ToString("r", null)) : (204, "", null);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var options = new ForwarderOptions { Url = server.Url, Database = "replica", PollInterval = TimeSpan.FromMilliseconds(20), RetryDelay = TimeSpan.FromMilliseconds(5) };
        using var forwarder = new Forwarder(_store, options, http, new SteppedClock(TimeSpan.FromDays(-3_650)), new Random(1), NullLogger.Instance);
        Assert.True(await forwarder.DrainAsync(TimeSpan.FromSeconds(15), Cancel), forwarder.Status.ToString());
        Assert.Equal(10, server.Kept.Count);
    }

    [Fact]
    public async Task A_full_disk_does_not_end_the_forwarding()
    {
        using LoopDisk disk = LoopDisk.Mount(8);
        string ballast = Path.Combine(disk.Path, "ballast");
        await using InfluxServer influx = await InfluxServer.StartAsync(Cancel);
        using Store store = Stores.Open(Path.Combine(disk.Path, "store"));
        store.Append([.. Forwarders.Numbered(0, 4_000)]);
        using (FileStream fill = File.Create(ballast))
        {
            Assert.Throws<IOException>(() => FillUp(fill));
        }

        using Forwarder forwarder = Forwarders.Create(store, influx.Url, options => (options.BatchSize, options.LiveWindow, options.BacklogPointsPerSecond) = (10, 100, 0));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task running = forwarder.RunAsync(stop.Token);
        for (int attempt = 0; attempt < 500 && forwarder.Status.LastError is null; attempt++)
        {
            await Task.Delay(10, Cancel);
        }

        Assert.Contains("No space left", forwarder.Status.LastError, StringComparison.Ordinal);
        Assert.False(running.IsCompleted);
        File.Delete(ballast);
        for (int attempt = 0; attempt < 2_000 && forwarder.Status.LagPoints > 0; attempt++)
        {
            await Task.Delay(10, Cancel);
        }

        await stop.CancelAsync();
        await running;
        Assert.Equal((0, 4_000), (forwarder.Status.LagPoints, store.GetCursor("influxdb")));
        Assert.Contains("[[0,4000]]", await influx.QueryAsync("SELECT count(v) FROM m", "replica", "ns", Cancel), StringComparison.Ordinal);
    }

    private static void FillUp(FileStream file)
    {
        for (int block = 0; block < 10_000; block++)
        {
            file.Write(new byte[4_096]);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>The system's clock, wrong by some years; timestamps and timers run as ever.</summary>
    private sealed class SteppedClock(TimeSpan step) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + step;
    }
}
