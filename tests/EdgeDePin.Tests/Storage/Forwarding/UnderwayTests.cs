using System.Collections.Concurrent;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>Two requests of a backlog may be under way; what counts as delivered moves in order all the same.</summary>
public sealed class UnderwayTests : IDisposable
{
    private const int Batch = 500;

    private readonly TemporaryFolder _folder = new();
    private readonly StrangeServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_next_batch_is_sent_before_the_first_is_answered_and_the_cursor_waits_for_the_first()
    {
        using Store store = Stores.Open(_folder);
        store.Append([.. Forwarders.Numbered(0, 4 * Batch)]);
        store.Append([.. Forwarders.Numbered(90_000, Batch)]);
        using Forwarder forwarder = Forwarders.Create(store, _server.Url, Small);
        var cursors = new ConcurrentQueue<long>();
        FailOnce(points => points.Any(point => point.Instant == 0), () => cursors.Enqueue(forwarder.Status.CursorSequence));
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());

        (long First, int Status)[] writes = Writes();
        int first = Array.IndexOf(writes, (0, 204));
        Assert.Equal((0, 503), writes.First(write => write.First == 0));
        Assert.Contains((Batch, 204), writes[..first]);
        // It was asked at both tries of the first batch.
        Assert.Equal([0, 0], cursors);
        Assert.Equal((5 * Batch, 5 * Batch, 5 * Batch), (_server.Kept.Count, forwarder.Status.Forwarded, forwarder.Status.CursorSequence));
    }

    [Fact]
    public async Task A_batch_with_a_newer_value_of_what_is_under_way_waits_for_its_turn()
    {
        using Store store = Stores.Open(_folder);
        store.Append([.. Forwarders.Numbered(0, Batch)]);
        store.Append([.. Forwarders.Numbered(1_000, Batch - 1), new("m", [new("k", "0")], [new("v", (FieldValue)99.5)], 0)]);
        store.Append([.. Forwarders.Numbered(90_000, Batch)]);
        using Forwarder forwarder = Forwarders.Create(store, _server.Url, Small);
        FailOnce(points => points.Count == Batch && points[0].Instant == 0 && points[^1].Instant > 0, () => { });
        Assert.True(await forwarder.DrainAsync(Forwarders.Patience, Cancel), forwarder.Status.ToString());

        (long First, int Status)[] writes = Writes();
        Assert.Contains((0, 503), writes);
        Assert.DoesNotContain(writes[..Array.IndexOf(writes, (0, 204))], write => write.First == 1_000);
        Assert.Equal(99.5, _server.Kept.Single(one => one.Key.Instant == 0).Value.AsFloat);
    }

    [Fact]
    public async Task A_backlog_with_a_pace_has_one_request_under_way()
    {
        using Store store = Stores.Open(_folder);
        store.Append([.. Forwarders.Numbered(0, 4 * Batch)]);
        using Forwarder forwarder = Forwarders.Create(store, _server.Url, options =>
        {
            Small(options);
            options.BacklogPointsPerSecond = 10_000_000;
        });
        FailOnce(points => points.Any(point => point.Instant == 0), () => { });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task running = forwarder.RunAsync(stop.Token);
        for (int attempt = 0; attempt < 1_000 && forwarder.Status.LagPoints > 0; attempt++)
        {
            await Task.Delay(10, Cancel);
        }

        await stop.CancelAsync();
        await running;
        (long First, int Status)[] writes = Writes();
        Assert.Contains((0, 503), writes);
        Assert.DoesNotContain(writes[..Array.IndexOf(writes, (0, 204))], write => write.First == Batch);
        Assert.Equal((4 * Batch, 0), (_server.Kept.Count, forwarder.Status.LagPoints));
    }

    private (long First, int Status)[] Writes() =>
        [.. _server.Writes.Select(write => (write.Points[0].Instant / 1_000, write.Status))];

    private void FailOnce(Func<IReadOnlyList<Point>, bool> which, Action asked)
    {
        bool failed = false;
        _server.OnWrite = points =>
        {
            if (!which(points))
            {
                return (204, "", null);
            }

            asked();
            (bool before, failed) = (failed, true);
            return before ? (204, "", null) : (503, "", null);
        };
    }

    // The newest batch goes first and is never in the way of the others.
    private static void Small(ForwarderOptions options) => (options.BatchSize, options.LiveWindow) = (Batch, Batch);
}
