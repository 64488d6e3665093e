using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>Several real servers fed from one store, each its own way.</summary>
public sealed class DestinationTests : IDisposable
{
    private const long Second = 1_000_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly Store _store;

    public DestinationTests() => _store = Stores.Open(_folder);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_destination_is_recognised_and_gets_everything_while_another_is_down()
    {
        await using InfluxServer influx = await InfluxServer.StartAsync(Cancel);
        await using VictoriaMetricsServer victoria = await VictoriaMetricsServer.StartAsync(Cancel);
        Fill(300);
        using Forwarder dead = Forwarders.Create(_store, new Uri($"http://127.0.0.1:{InfluxServer.FreePort()}"), options => options.Name = "dead");
        using Forwarder first = Forwarders.Create(_store, influx.Url, options => options.Name = "first");
        using Forwarder second = Forwarders.Create(_store, victoria.Url, options => options.Name = "second");
        bool[] done = await Task.WhenAll(
            dead.DrainAsync(TimeSpan.FromSeconds(1), Cancel), first.DrainAsync(Forwarders.Patience, Cancel), second.DrainAsync(Forwarders.Patience, Cancel));
        Assert.Equal([false, true, true], done);
        Assert.Equal("InfluxDB 1.6.7~rc0", first.Status.Server?.ToString());
        Assert.Equal(ServerKind.VictoriaMetrics, second.Status.Server?.Kind);
        Assert.Equal((0L, 600L, 600L), (_store.GetCursor("dead"), _store.GetCursor("first"), _store.GetCursor("second")));

        string counts = await influx.QueryAsync("SELECT count(v) FROM m; SELECT count(state) FROM words", "replica", "ns", Cancel);
        Assert.Equal(2, counts.Split("[[0,300]]").Length - 1);
        IReadOnlyList<(long Milliseconds, double Value)> samples = await victoria.ExportAsync("m_v", Cancel);
        // The timestamp 0 it takes for none, and writes its own.
        Assert.Equal(Enumerable.Range(1, 299).Select(at => (1_000L * at, at * 0.5)), samples.Order().Take(299));
        Assert.Equal(300, samples.Count);
        // It has no texts and would keep a 0 for each.
        Assert.Empty(await victoria.ExportAsync("words_state", Cancel));
    }

    [Fact]
    public async Task A_filter_leaves_measurements_out_and_still_reaches_the_head()
    {
        await using InfluxServer influx = await InfluxServer.StartAsync(Cancel);
        Fill(50);
        using Forwarder forwarder = Forwarders.Create(_store, influx.Url, options => options.Measurements = ["words"]);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        Assert.Equal((50, 100, 0), (forwarder.Status.Forwarded, forwarder.Status.CursorSequence, forwarder.Status.LagPoints));
        string names = await influx.QueryAsync("SHOW MEASUREMENTS", "replica", null, Cancel);
        Assert.Contains("words", names, StringComparison.Ordinal);
        Assert.DoesNotContain("\"m\"", names, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Downsampled_points_are_what_InfluxDB_computes_from_the_raw_ones_however_late_they_come()
    {
        await using InfluxServer influx = await InfluxServer.StartAsync(Cancel);
        Fill(400);
        using Forwarder raw = Forwarders.Create(_store, influx.Url, options => (options.Name, options.Database) = ("raw", "raw"));
        using Forwarder thin = Forwarders.Create(_store, influx.Url, options =>
        {
            (options.Name, options.Database, options.Downsample) = ("thin", "thin", TimeSpan.FromMinutes(1));
            (options.BatchSize, options.LiveWindow) = (37, 100);
        });
        Assert.True(await thin.DrainAsync(Forwarders.Patience, Cancel), thin.Status.ToString());
        // A late point within a minute that was sent long ago.
        _store.Append([new("m", [new("k", "0")], [new("v", (FieldValue)1_000.0)], (30 * Second) + 7)]);
        Assert.True(await thin.DrainAsync(Forwarders.Patience, Cancel), thin.Status.ToString());
        Assert.True(await raw.DrainAsync(Forwarders.Patience, Cancel), raw.Status.ToString());

        const string Mean = "SELECT mean(v) AS v, last(i) AS i FROM m WHERE time >= 0 AND time < 400s GROUP BY time(1m), k fill(none)";
        string computed = await influx.QueryAsync(Mean, "raw", "ns", Cancel);
        Assert.Equal(computed, await influx.QueryAsync("SELECT v, i FROM m GROUP BY k", "thin", "ns", Cancel));
        Assert.Equal(7, computed.Split("\"k\":\"0\"")[1].Split("\"k\"")[0].Split("],[").Length);
    }

    [Fact]
    public async Task What_was_delivered_is_proved_and_what_is_missing_or_changed_is_named()
    {
        await using InfluxServer influx = await InfluxServer.StartAsync(Cancel);
        Fill(7_300);
        // Another node writes to the same database.
        await influx.CreateDatabaseAsync("replica", Cancel);
        await influx.WriteAsync("replica", "m,k=stranger v=1 5000000000", Cancel);
        using Forwarder forwarder = Forwarders.Create(_store, influx.Url);
        Assert.Equal(0, (await ProveAsync(influx)).Sum(proof => proof.There.Count));
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());

        SpanProof[] proofs = await ProveAsync(influx);
        Assert.Equal(["m 00", "m 01", "m 02", "words 00", "words 01", "words 02"], proofs.Select(proof => $"{proof.Measurement} {proof.From:HH}"));
        Assert.True(proofs.All(proof => proof.Agrees), string.Join('\n', proofs.Select(proof => proof.ToString())));
        Assert.Equal(7_300 * 4, proofs.Sum(proof => proof.Here.Count));

        // One value changed, one value lost: an hour each, and the count tells which is which.
        await influx.WriteAsync("replica", "m,k=1 v=0.51 1000000000", Cancel);
        await influx.QueryAsync("DELETE FROM words WHERE time = 3605000000000", "replica", null, Cancel);
        SpanProof[] different = [.. (await ProveAsync(influx)).Where(proof => !proof.Agrees)];
        Assert.Equal(["m 00 0", "words 01 2"], different.Select(proof => $"{proof.Measurement} {proof.From:HH} {proof.Here.Count - proof.There.Count}"));
    }

    [Fact]
    public async Task A_server_without_InfluxQL_is_not_taken_for_an_empty_one()
    {
        await using VictoriaMetricsServer victoria = await VictoriaMetricsServer.StartAsync(Cancel);
        Fill(1);
        HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => ProveAsync(victoria.Url));
        Assert.Contains("answers no InfluxQL", error.Message, StringComparison.Ordinal);
    }

    private Task<SpanProof[]> ProveAsync(InfluxServer server) => ProveAsync(server.Url);

    private async Task<SpanProof[]> ProveAsync(Uri server)
    {
        using var http = new HttpClient();
        var proof = new DeliveryProof(_store, new ForwarderOptions { Url = server, Database = "replica" }, http, TimeProvider.System);
        return await proof.VerifyAsync(TimeSpan.FromHours(1), Cancel).ToArrayAsync(Cancel);
    }

    // A number of each kind and a text of each kind, a second apart.
    private void Fill(int count) => _store.Append([.. Enumerable.Range(0, count).SelectMany(at => (Point[])
    [
        new("m", [new("k", $"{at % 3}")], [new("v", (FieldValue)(at * 0.5)), new("i", (long)at)], at * Second),
        new("words", [], [new("state", FieldValue.String($"Zustand \"{at}\", ü\n")), new("on", at % 2 == 0)], at * Second),
    ])]);
}
