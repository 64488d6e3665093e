using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>Against a real influxd: what the store has, it has, once.</summary>
public sealed class ForwarderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Everything_arrives_once_however_often_it_is_sent()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using InfluxServer server = await InfluxServer.StartAsync(cancellationToken);
        using Store store = Stores.Open(_folder);
        Fill(store, 12_345);
        using (Forwarder forwarder = Create(store, server.Url))
        {
            Assert.True(await forwarder.DrainAsync(Patience, cancellationToken), forwarder.Status.ToString());
            Assert.Equal((12_345, 12_345, 0), (forwarder.Status.Forwarded, forwarder.Status.CursorSequence, forwarder.Status.LagPoints));
        }

        const string Count = "SELECT count(v) FROM m; SELECT count(s) FROM texts";
        string once = await server.QueryAsync(Count, "replica", "ns", cancellationToken);
        Assert.Contains("[[0,12000]]", once, StringComparison.Ordinal);
        Assert.Contains("[[0,345]]", once, StringComparison.Ordinal);

        Forwarder.StartOver(store, "influxdb");
        using Forwarder again = Create(store, server.Url);
        Assert.True(await again.DrainAsync(Patience, cancellationToken), again.Status.ToString());
        Assert.Equal(12_345, again.Status.Forwarded);
        Assert.Equal(once, await server.QueryAsync(Count, "replica", "ns", cancellationToken));
    }

    [Fact]
    public async Task A_server_that_comes_late_gets_everything()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        int port = InfluxServer.FreePort();
        using Store store = Stores.Open(_folder);
        Fill(store, 500);
        using Forwarder forwarder = Create(store, new Uri($"http://127.0.0.1:{port}"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = forwarder.RunAsync(stop.Token);
        await UntilAsync(() => forwarder.Status is { State: ForwarderState.Waiting, LastError: not null }, cancellationToken);
        Assert.Equal((0, 500), (forwarder.Status.CursorSequence, forwarder.Status.LagPoints));

        await using InfluxServer server = await InfluxServer.StartAsync(cancellationToken, port);
        await UntilAsync(() => forwarder.Status is { State: ForwarderState.Idle, LagPoints: 0 }, cancellationToken);
        store.Append(Stores.Points("late v=1 1"));
        Assert.True(await forwarder.DrainAsync(Patience, cancellationToken));
        await stop.CancelAsync();
        await running;
        Assert.Equal(501, store.GetCursor("influxdb"));
        Assert.Contains("[[0,1]]", await server.QueryAsync("SELECT count(v) FROM late", "replica", "ns", cancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_point_that_the_server_refuses_is_found_and_set_aside_and_the_others_arrive()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using InfluxServer server = await InfluxServer.StartAsync(cancellationToken);
        await server.CreateDatabaseAsync("replica", cancellationToken);
        await server.WriteAsync("replica", "m,k=other conflict=\"a text\" 1000000000", cancellationToken);
        using Store store = Stores.Open(_folder);
        Fill(store, 1_000);
        store.Append(Stores.Points("m,k=a conflict=1 1000000000"));
        Fill(store, 1_000, from: 5_000);
        using Forwarder forwarder = Create(store, server.Url);
        Assert.True(await forwarder.DrainAsync(Patience, cancellationToken), forwarder.Status.ToString());

        ForwarderStatus status = forwarder.Status;
        Assert.Equal((2_000, 1, 2_001), (status.Forwarded, status.Quarantined, status.CursorSequence));
        QuarantinedPoint poison = Assert.Single(store.ReadQuarantine(10));
        Assert.Equal(("influxdb", "m,k=a conflict=1 1000000000"), (poison.Destination, poison.Line));
        Assert.Contains("field type conflict", poison.Reason, StringComparison.Ordinal);
        string counts = await server.QueryAsync("SELECT count(v) FROM m; SELECT count(s) FROM texts", "replica", "ns", cancellationToken);
        Assert.Contains("[[0,2000]]", counts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_outage_of_the_server_now_is_there_before_the_past_and_at_last_both_have_the_same()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using Store store = Stores.Open(_folder);
        int port = InfluxServer.FreePort();
        using Forwarder forwarder = Forwarders.Create(store, new Uri($"http://127.0.0.1:{port}"), options =>
            (options.BatchSize, options.LiveWindow, options.BacklogPointsPerSecond) = (500, 1_000, 2_000));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = forwarder.RunAsync(stop.Token);
        Fill(store, 12_000);
        await UntilAsync(() => forwarder.Status.State == ForwarderState.Waiting, cancellationToken);

        await using InfluxServer server = await InfluxServer.StartAsync(cancellationToken, port);
        await UntilAsync(() => forwarder.Status is { LiveLagPoints: 0, BacklogPoints: > 0 }, cancellationToken);
        // The newest point can be seen while thousands of old ones still wait.
        Assert.Contains("[[11999000,", await server.QueryAsync("SELECT last(v) FROM m", "replica", "ns", cancellationToken), StringComparison.Ordinal);
        Assert.InRange(forwarder.Status.BacklogPoints, 1_000, 11_000);
        await stop.CancelAsync();
        await running;

        Assert.True(await forwarder.DrainAsync(Patience, cancellationToken), forwarder.Status.ToString());
        var proof = new DeliveryProof(store, new ForwarderOptions { Url = server.Url, Database = "replica" }, _http, TimeProvider.System);
        SpanProof[] spans = await proof.VerifyAsync(TimeSpan.FromHours(1), cancellationToken).ToArrayAsync(cancellationToken);
        Assert.True(Assert.Single(spans).Agrees, spans[0].ToString());
        Assert.Equal(24_000, spans[0].There.Count);
    }

    [Fact]
    public async Task A_drain_gives_up_in_time_and_keeps_the_points()
    {
        using Store store = Stores.Open(_folder);
        Fill(store, 10);
        using Forwarder forwarder = Create(store, new Uri($"http://127.0.0.1:{InfluxServer.FreePort()}"));
        Assert.False(await forwarder.DrainAsync(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken));
        Assert.Equal((ForwarderState.Waiting, 10), (forwarder.Status.State, forwarder.Status.LagPoints));
    }

    private Forwarder Create(Store store, Uri url) => new(
        store,
        new ForwarderOptions
        {
            Url = url,
            Database = "replica",
            PollInterval = TimeSpan.FromMilliseconds(20),
            RetryDelay = TimeSpan.FromMilliseconds(20),
            MaxRetryDelay = TimeSpan.FromMilliseconds(100),
        },
        _http, TimeProvider.System, new Random(1), NullLogger.Instance);

    // The first 12,000 are numbers, the rest texts that need every escape.
    private static void Fill(Store store, int count, int from = 0) => store.Append([.. Enumerable.Range(from, count).Select(at => at < 12_000
        ? new Point("m", [new("k", $"series {at % 10}, =")], [new("v", (FieldValue)(at * 0.25)), new("i", (long)at)], 1_000L * at)
        : new Point("texts", [], [new("s", FieldValue.String($"line\n\"{at}\" \\ ü"))], 1_000L * at))]);

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < 1_000 && !condition(); attempt++)
        {
            await Task.Delay(10, cancellationToken);
        }

        Assert.True(condition());
    }
}
