using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>The newest first, the rest beside it, and at the end everything, with the last stored value of each.</summary>
public sealed class LanesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StrangeServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task After_an_outage_the_newest_arrive_first_and_the_lanes_take_turns()
    {
        using Store store = Stores.Open(_folder);
        store.Append([.. Forwarders.Numbered(0, 5_000)]);
        using Forwarder forwarder = Forwarders.Create(store, _server.Url, Small);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        long[] firsts = [.. _server.Writes.Select(write => write.Points[0].Instant / 1_000)];
        // Windows of 1,000 and batches of 500: live, backlog, live, and then only backlog.
        Assert.Equal([4_000, 0, 4_500], firsts[..3]);
        // Of a backlog alone two requests are under way, on connections of their own: either may be first.
        Assert.Equal([500, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500], firsts[3..].Order());
        Assert.Equal((5_000, 5_000, 0), (_server.Kept.Count, forwarder.Status.CursorSequence, forwarder.Status.BacklogPoints));
    }

    [Fact]
    public async Task An_old_value_does_not_come_after_the_newer_one_of_its_instant()
    {
        using Store store = Stores.Open(_folder);
        store.Append([.. Forwarders.Numbered(0, 3_000)]);
        store.Append([new("m", [new("k", "0")], [new("v", (FieldValue)99.5)], 0)]);
        using Forwarder forwarder = Forwarders.Create(store, _server.Url, Small);
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());
        Assert.True(_server.Writes[0].Points[0].Instant > 0);
        Assert.Equal(99.5, _server.Kept.Single(one => one.Key.Instant == 0).Value.AsFloat);
    }

    [Fact]
    public async Task Through_outages_restarts_and_corrections_the_server_ends_with_what_the_store_has()
    {
        for (int seed = 0; seed < 6; seed++)
        {
            using var folder = new TemporaryFolder();
            using var server = new StrangeServer();
            var random = new Random(seed);
            var expected = new Dictionary<(string, long, string), FieldValue>();
            Store store = Stores.Open(folder);
            for (int act = 0; act < 25; act++)
            {
                // Every tenth point is one that was stored before, with another value.
                Point[] batch = [.. Enumerable.Range(0, random.Next(1, 120)).Select(_ => new Point(
                    "m", [new("k", $"{random.Next(3)}")], [new("v", (FieldValue)random.NextDouble())], random.Next(10) == 0 ? random.Next(20) : random.Next()))];
                store.Append(batch);
                StrangeServer.Keep(expected, batch);
                int mood = random.Next(4);
                server.OnWrite = points => mood switch { 0 => (204, "", null), 1 => (503, "", null), _ => (random.Next(3) == 0 ? 0 : 204, "", null) };
                using (Forwarder forwarder = Forwarders.Create(store, server.Url, Tiny))
                {
                    await forwarder.DrainAsync(TimeSpan.FromMilliseconds(random.Next(1, 30)), Cancel);
                }

                if (random.Next(4) == 0)
                {
                    store.Dispose();
                    store = Stores.Open(folder);
                }
            }

            server.OnWrite = _ => (204, "", null);
            using (Forwarder forwarder = Forwarders.Create(store, server.Url, Tiny))
            {
                Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), $"seed {seed}: {forwarder.Status}");
            }

            store.Dispose();
            Assert.True(expected.Count == server.Kept.Count && !expected.Except(server.Kept).Any(), $"seed {seed}: the server differs");
        }
    }

    [Fact]
    public async Task The_backlog_keeps_to_its_pace_while_new_points_pass_it()
    {
        using Store store = Stores.Open(_folder);
        store.Append([.. Forwarders.Numbered(0, 3_000)]);
        using Forwarder forwarder = Forwarders.Create(store, _server.Url, options =>
        {
            Small(options);
            options.BacklogPointsPerSecond = 600;
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task running = forwarder.RunAsync(stop.Token);
        for (int at = 0; at < 30; at++)
        {
            store.Append([Forwarders.At(10_000 + at)]);
            await Task.Delay(20, Cancel);
        }

        for (int attempt = 0; attempt < 300 && forwarder.Status.LiveLagPoints > 0; attempt++)
        {
            await Task.Delay(10, Cancel);
        }

        ForwarderStatus status = forwarder.Status;
        await stop.CancelAsync();
        await running;
        // 2,000 wait, the first second's worth and one batch of 500 may go at once.
        Assert.Equal(0, status.LiveLagPoints);
        Assert.InRange(status.BacklogPoints, 1, 1_500);
    }

    [Fact]
    public void A_pace_is_a_second_ahead_at_most_and_pays_its_debts()
    {
        var time = new FakeTimeProvider();
        var pace = new BacklogPace(100, time);
        Assert.Equal(TimeSpan.Zero, pace.Wait());
        pace.Spend(350);
        Assert.Equal(TimeSpan.FromSeconds(2.51), pace.Wait());
        time.Advance(TimeSpan.FromSeconds(2.51));
        Assert.Equal(TimeSpan.Zero, pace.Wait());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, pace.Wait());
        pace.Spend(200);
        Assert.Equal(TimeSpan.FromSeconds(1.01), pace.Wait());
    }

    private static void Small(ForwarderOptions options) => (options.BatchSize, options.LiveWindow) = (500, 1_000);

    private static void Tiny(ForwarderOptions options) => (options.BatchSize, options.LiveWindow) = (16, 20);
}
