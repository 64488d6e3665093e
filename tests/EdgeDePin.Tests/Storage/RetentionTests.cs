using EdgeDePin.Storage;
using EdgeDePin.Storage.Shards;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Storage;

/// <summary>What goes is the oldest, and is counted.</summary>
public sealed class RetentionTests : IDisposable
{
    private const long Hour = 3_600_000_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddHours(100));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shards_of_points_that_are_too_old_go_and_the_ledger_says_which()
    {
        using (Store store = Open(new StoreOptions { Folder = _folder, RetainFor = TimeSpan.FromHours(10) }))
        {
            store.Append(Stores.Points($"m,k=a v=1 {80 * Hour}\nm,k=b v=2 {81 * Hour}\nm,k=a v=3 {82 * Hour}"));
            store.Compact();
            store.Append(Stores.Points($"m,k=a v=4 {95 * Hour}"));
            store.Compact();
            Assert.Equal(
                [
                    $"storage_loss,reason=age,source=m,tag_set=k\\=a points=2i,kept=0i,unforwarded=0i,first_instant={80 * Hour}i,last_instant={82 * Hour}i,cause=\"age\",span=\"{Shard.NameOf(1, 3)}\" {82 * Hour}",
                    $"storage_loss,reason=age,source=m,tag_set=k\\=b points=1i,kept=0i,unforwarded=0i,first_instant={81 * Hour}i,last_instant={81 * Hour}i,cause=\"age\",span=\"{Shard.NameOf(1, 3)}\" {81 * Hour}",
                ],
                store.ReadAfter(4, 10).Select(stored => stored.Point.ToString()));
            Assert.Equal([4], store.ReadAfter(0, 1).Select(stored => stored.Sequence));
        }

        Assert.Empty(StoreCheck.Of(_folder).Findings);
        using Store again = Open(new StoreOptions { Folder = _folder });
        Assert.Equal((3L, 6L, 1L), (again.PointCount, again.HeadSequence, again.Epoch));
        Assert.Single(Directory.GetDirectories(_folder.Sub("shards")));
        Assert.Empty(again.MovedAside);
    }

    [Fact]
    public void Above_the_quota_the_oldest_shards_go_until_the_rest_fits()
    {
        var random = new Random(5);
        using Store store = Open(new StoreOptions { Folder = _folder, QuotaMegabytes = 1 });
        for (int shard = 0; shard < 8; shard++)
        {
            store.Append([.. Enumerable.Range(0, 20_000).Select(at => new Point("noise", [], [new("v", random.NextDouble())], (shard * 20_000) + at))]);
            store.Compact();
        }

        StoreStats stats = store.Stats();
        Assert.InRange(stats.ShardBytes, 500_000, 1_100_000);
        long lost = store.Query("SELECT sum(points) FROM storage_loss WHERE source = 'noise'", _time.GetUtcNow())
            .Statements[0].Series[0].Rows[0][1]!.Value.AsInteger;
        long kept = store.Query("SELECT count(v) FROM noise", _time.GetUtcNow()).Statements[0].Series[0].Rows[0][1]!.Value.AsInteger;
        Assert.Equal(160_000, lost + kept);
    }

    private Store Open(StoreOptions options) => Store.Open(options, _time, NullLogger.Instance);
}
