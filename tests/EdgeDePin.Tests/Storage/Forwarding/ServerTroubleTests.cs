using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>What the forwarder makes of each kind of "no". The texts are those of InfluxDB 1.6.7, 2.7 and 3.</summary>
public sealed class ServerTroubleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StrangeServer _server = new();
    private readonly Store _store;

    public ServerTroubleTests() => _store = Stores.Open(_folder);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(401, "{\"error\":\"authorization failed\"}")]
    [InlineData(403, "{\"error\":\"\\\"w\\\" user is not authorized to write to database \\\"replica\\\"\"}")]
    [InlineData(401, "")]
    public async Task Refused_credentials_pause_and_lose_nothing(int status, string body)
    {
        _store.Append([.. Forwarders.Numbered(0, 100)]);
        using Forwarder forwarder = Forwarders.Create(_store, _server.Url);
        _server.OnWrite = _ => (status, body, null);
        Assert.False(await forwarder.DrainAsync(TimeSpan.FromMilliseconds(200), Cancel));
        Assert.Equal((ForwarderState.Refused, 100, 0), (forwarder.Status.State, forwarder.Status.LagPoints, forwarder.Status.Quarantined));
        Assert.StartsWith($"{status}", forwarder.Status.LastError, StringComparison.Ordinal);

        _server.OnWrite = _ => (204, "", null);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        Assert.Equal(100, _server.Kept.Count);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Retry_After_is_waited_for(int status)
    {
        _store.Append([.. Forwarders.Numbered(0, 10)]);
        bool first = true;
        _server.OnWrite = _ => first && !(first = false) ? (status, "{\"message\":\"slow down\"}", "1") : (204, "", null);
        using Forwarder forwarder = Forwarders.Create(_store, _server.Url);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        TimeSpan between = TimeProvider.System.GetElapsedTime(_server.Writes[0].At, _server.Writes[1].At);
        Assert.InRange(between, TimeSpan.FromMilliseconds(950), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_wish_for_next_year_is_not_followed_beyond_the_limit()
    {
        _store.Append([.. Forwarders.Numbered(0, 10)]);
        bool first = true;
        _server.OnWrite = _ => first && !(first = false) ? (503, "", "31536000") : (204, "", null);
        using Forwarder forwarder = Forwarders.Create(_store, _server.Url, options => options.MaxRetryAfter = TimeSpan.FromMilliseconds(50));
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_halved_and_nothing_is_blamed()
    {
        _store.Append([.. Forwarders.Numbered(0, 4_000)]);
        _server.OnWrite = points => points.Count > 300 ? (413, "{\"error\":\"Request Entity Too Large\"}", null) : (204, "", null);
        using Forwarder forwarder = Forwarders.Create(_store, _server.Url, options => options.BatchSize = 1_000);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        Assert.Equal((4_000, 0), (_server.Kept.Count, _store.QuarantineCount));
        // It learns: 1,000 is refused once, and each half of it; then no batch is.
        Assert.Equal(3, _server.Writes.Count(write => write.Status == 413));
    }

    [Fact]
    public async Task A_single_point_that_is_too_large_is_set_aside()
    {
        _store.Append([.. Forwarders.Numbered(0, 10)]);
        _server.OnWrite = points => points.Any(point => point.Instant == 5_000) ? (413, "request too large", null) : (204, "", null);
        using Forwarder forwarder = Forwarders.Create(_store, _server.Url);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        Assert.Equal("m,k=5 v=1.25 5000", Assert.Single(_store.ReadQuarantine(10)).Line);
        Assert.Equal(9, _server.Kept.Count);
    }

    [Fact]
    public async Task Points_that_the_server_always_fails_on_are_found_although_it_answers_500()
    {
        _store.Append([.. Forwarders.Numbered(0, 500)]);
        // Two neighbours: the witness behind the first is itself a victim.
        _server.OnWrite = points => points.Any(point => point.Instant is 77_000 or 78_000) ? (500, "{\"error\":\"timeout\"}", null) : (204, "", null);
        using Forwarder forwarder = Forwarders.Create(_store, _server.Url);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        Assert.Equal([77_000L, 78_000L], _store.ReadQuarantine(10).Select(one => Stores.Points(one.Line)[0].Instant).Order());
        Assert.Equal((498, 498), (_server.Kept.Count, forwarder.Status.Forwarded));
    }

    [Fact]
    public async Task A_server_that_fails_on_everything_is_ill_and_no_point_is_blamed()
    {
        _store.Append([.. Forwarders.Numbered(0, 50)]);
        _server.OnWrite = _ => (500, "{\"error\":\"disk full\"}", null);
        using Forwarder forwarder = Forwarders.Create(_store, _server.Url);
        Assert.False(await forwarder.DrainAsync(TimeSpan.FromSeconds(1), Cancel));
        Assert.True(_server.Writes.Count > 10);
        Assert.Equal((50, 0, ForwarderState.Waiting), (forwarder.Status.LagPoints, _store.QuarantineCount, forwarder.Status.State));

        _server.OnWrite = _ => (204, "", null);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        Assert.Equal((50, 0), (_server.Kept.Count, _store.QuarantineCount));
    }

    [Fact]
    public async Task An_answer_that_was_lost_costs_a_repetition()
    {
        _store.Append([.. Forwarders.Numbered(0, 50)]);
        bool first = true;
        _server.OnWrite = _ => (first && !(first = false) ? 0 : 204, "", null);
        using Forwarder forwarder = Forwarders.Create(_store, _server.Url);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        Assert.Equal(2, _server.Writes.Count);
        Assert.Equal(50, _server.Kept.Count);
    }

    [Fact]
    public async Task An_overloaded_server_gets_smaller_batches()
    {
        _store.Append([.. Forwarders.Numbered(0, 2_000)]);
        _server.OnWrite = points => points.Count > 400 ? (503, "{\"error\":\"request throttled, queue full\"}", null) : (204, "", null);
        using Forwarder forwarder = Forwarders.Create(_store, _server.Url, options => options.BatchSize = 2_000);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        Assert.Equal((2_000, 0), (_server.Kept.Count, _store.QuarantineCount));
    }
}
