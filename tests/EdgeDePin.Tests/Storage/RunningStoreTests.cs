using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Storage;

/// <summary>A copy is taken beside a writer that does not know of it, while points move into shards and shards are merged.</summary>
public sealed class RunningStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _elsewhere = new();

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task A_copy_holds_everything_that_was_acknowledged_before_it_began_and_no_hole()
    {
        var options = new StoreOptions { Folder = _folder, Database = "bench", ShardPoints = 20_000 };
        long acknowledged = 0;
        using var ending = new CancellationTokenSource();
        using Store store = Store.Open(options, TimeProvider.System, NullLogger.Instance);
        Task writing = Task.Run(() =>
        {
            for (long first = 1; !ending.IsCancellationRequested; first += 100)
            {
                store.Append([.. Enumerable.Range(0, 100).Select(at => new Point("m", [], [new Field("v", first + at)], first + at))]);
                Volatile.Write(ref acknowledged, first + 99);
            }
        }, TestContext.Current.CancellationToken);
        try
        {
            for (int copy = 1; copy <= 3; copy++)
            {
                await Task.Delay(300, TestContext.Current.CancellationToken);
                string snapshot = _elsewhere.Sub($"snapshot-{copy}"), restored = _elsewhere.Sub($"restored-{copy}");
                long before = Volatile.Read(ref acknowledged);
                long head = StoreSnapshot.Take(_folder, snapshot);
                Assert.Equal(["epoch", "segments", "shards"], Directory.GetFileSystemEntries(snapshot).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
                StoreSnapshot.Restore(snapshot, restored);
                using Store again = Stores.Open(restored);
                long last = Assert.Single(again.ReadAfter(head - 1, 1)).Point.Instant;
                Assert.InRange(last, before, Volatile.Read(ref acknowledged) + 100);
                Assert.Equal((last, head, 0), (again.PointCount, again.HeadSequence, again.MovedAside.Count));
                Assert.Equal($"{last},{last * (last + 1) / 2}", Sum(again));
            }
        }
        finally
        {
            await ending.CancelAsync();
            await writing;
        }

        Assert.Equal(store.HeadSequence, store.PointCount);
    }

    private static string Sum(Store store)
    {
        IReadOnlyList<FieldValue?[]> rows = Assert.Single(Assert.Single(store.Query("SELECT count(v), sum(v) FROM m", DateTimeOffset.UnixEpoch.AddYears(100)).Statements).Series).Rows;
        return string.Join(',', rows[0][1..]);
    }
}
