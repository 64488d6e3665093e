using EdgeDePin.Storage;
using EdgeDePin.Storage.InfluxQl;
using EdgeDePin.Storage.Shards;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Storage;

/// <summary>Small shards become large ones, and nobody can tell but by the number of files.</summary>
public sealed class MergeTests : IDisposable
{
    private static readonly string[] Queries =
        ["SELECT * FROM m", "SELECT * FROM n ORDER BY time DESC", "SELECT mean(v), count(w), last(s) FROM m GROUP BY k", "SHOW FIELD KEYS", "SHOW SERIES"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_store_whose_shards_are_merged_answers_like_one_without_shards(int seed)
    {
        var random = new Random(seed);
        using var plainFolder = new TemporaryFolder();
        using Store plain = Stores.Open(plainFolder);
        Store store = Stores.Open(_folder);
        try
        {
            for (int round = 0; round < 40; round++)
            {
                IReadOnlyList<Point> batch = Stores.Points(string.Join('\n', Enumerable.Range(0, random.Next(1, 40)).Select(_ => Line(random))));
                plain.Append(batch);
                store.Append(batch);
                store.Compact();
                if (random.Next(6) == 0)
                {
                    store.Dispose();
                    store = Stores.Open(_folder);
                }
            }

            Same(plain, store, $"seed {seed}");
            Assert.Equal(plain.PointCount, store.PointCount);
            Assert.InRange(Directory.GetDirectories(_folder.Sub("shards")).Length, 1, 4);
            // Each row once, with the sequence of the last write.
            Assert.Equal(store.PointCount, store.ReadAfter(0, 1_000_000).Select(stored => (stored.Point.Measurement, Key(stored.Point))).Distinct().LongCount());
        }
        finally
        {
            store.Dispose();
        }

        Assert.Empty(StoreCheck.Of(_folder).Findings);
    }

    // What is on the disk while shards are merged, step by step: the power may fail between any two.
    [Fact]
    public void A_cut_at_any_step_of_a_merge_loses_nothing_and_counts_nothing_twice()
    {
        using var before = new TemporaryFolder();
        using var after = new TemporaryFolder();
        string expected;
        using (Store store = Store.Open(new StoreOptions { Folder = _folder, MergePoints = 0 }, TimeProvider.System, NullLogger.Instance))
        {
            for (int shard = 0; shard < 4; shard++)
            {
                store.Append(Stores.Points($"m,k=a v={shard} {shard}1\nm,k=b v={shard} {shard}2\nm,k=a w=1i 5"));
                store.Compact();
            }

            expected = Everything(store);
        }

        Stores.Copy(_folder, before);
        using (Store store = Stores.Open(_folder))
        {
            store.Compact();
            Assert.Equal(expected, Everything(store));
        }

        Stores.Copy(_folder, after);
        string[] old = [.. Directory.GetDirectories(before.Sub("shards")).Order(StringComparer.Ordinal)];
        string merged = Assert.Single(Directory.GetDirectories(after.Sub("shards")));
        Assert.Equal(Shard.NameOf(1, 12, 1), Path.GetFileName(merged));
        for (int step = 0; step <= 3 + old.Length; step++)
        {
            using var cut = new TemporaryFolder();
            Stores.Copy(before, cut);
            string unfinished = cut.Sub($"shards/unfinished-{Path.GetFileName(merged)}"), named = cut.Sub($"shards/{Path.GetFileName(merged)}");
            // 0: files are being written; 1: they are complete; 2: the folder has its name; 3 and on: the old ones are marked.
            Stores.Copy(merged, step < 2 ? unfinished : named);
            if (step == 0)
            {
                File.Delete(Path.Combine(unfinished, Shard.ContentFile));
            }

            foreach (string marked in old.Take(step - 2))
            {
                File.WriteAllBytes(cut.Sub($"shards/{Path.GetFileName(marked)}/retired"), []);
            }

            using Store again = Stores.Open(cut);
            Assert.Equal(expected, Everything(again));
            Assert.Empty(again.MovedAside);
            Assert.Equal((12L, 1L), (again.HeadSequence, again.Epoch));
            Assert.Equal(step < 2 ? 4 : 1, Directory.GetDirectories(cut.Sub("shards")).Length);
        }
    }

    [Fact]
    public void Where_the_merged_shard_is_damaged_the_old_ones_are_in_force_as_long_as_they_are_there()
    {
        using var before = new TemporaryFolder();
        using (Store store = Store.Open(new StoreOptions { Folder = _folder, MergePoints = 0 }, TimeProvider.System, NullLogger.Instance))
        {
            for (int shard = 0; shard < 4; shard++)
            {
                store.Append(Stores.Points($"m v={shard} {shard}"));
                store.Compact();
            }
        }

        Stores.Copy(_folder, before);
        using (Store store = Stores.Open(_folder))
        {
            store.Compact();
        }

        string merged = Assert.Single(Directory.GetDirectories(_folder.Sub("shards")));
        Stores.Copy(merged, before.Sub($"shards/{Path.GetFileName(merged)}"));
        string file = before.Sub($"shards/{Path.GetFileName(merged)}/points_1.parquet");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        using Store again = Stores.Open(before);
        Assert.Single(again.MovedAside);
        Assert.Equal((4L, 0L), (again.PointCount, again.Query("SELECT * FROM storage_gap", DateTimeOffset.UnixEpoch).Statements[0].Series.Count));
    }

    [Fact]
    public async Task Queries_go_on_while_shards_are_merged_and_their_files_stay_until_nobody_reads_them()
    {
        using Store store = Stores.Open(_folder);
        var stop = new CancellationTokenSource();
        long least = 0;
        Task reader = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    long written = Volatile.Read(ref least);
                    StatementResult answer = store.Query("SELECT count(v) FROM m", DateTimeOffset.UnixEpoch).Statements[0];
                    Assert.Null(answer.Error);
                    Assert.True(answer.Series.Count == 0 ? written == 0 : answer.Series[0].Rows[0][1]!.Value.AsInteger >= written);
                }
            },
            TestContext.Current.CancellationToken);
        for (int shard = 0; shard < 40; shard++)
        {
            store.Append([.. Enumerable.Range(shard * 50, 50).Select(at => new Point("m", [], [new("v", (long)at)], at))]);
            Volatile.Write(ref least, (shard + 1) * 50);
            store.Compact();
        }

        await stop.CancelAsync();
        await reader;
        Assert.Equal(2_000, store.PointCount);
        Assert.InRange(Directory.GetDirectories(_folder.Sub("shards")).Length, 1, 4);
    }

    private static string Key(Point point) => $"{string.Join(',', point.Tags)} {point.Instant}";

    private static string Everything(Store store) => string.Concat(Queries.Select(query => Json(store, query)));

    private static void Same(Store plain, Store store, string seed)
    {
        foreach (string query in Queries)
        {
            Assert.True(Json(plain, query) == Json(store, query), $"{seed}, {query}:\n{Json(plain, query)}{Json(store, query)}");
        }
    }

    private static string Line(Random random) => random.Next(3) switch
    {
        0 => $"m,k={"ab"[random.Next(2)]} v={random.Next(100)} {random.Next(900)}",
        1 => $"m,k=c v={random.Next(100)}.5,w={random.Next(9)}i,s=\"t{random.Next(9)}\" {random.Next(900)}",
        _ => $"n,k={"ab"[random.Next(2)]} x{random.Next(3)}={random.Next(100)}i {random.Next(900)}",
    };

    private static string Json(Store store, string query) => System.Text.Encoding.UTF8.GetString(
        InfluxJson.Write(store.Query(query, DateTimeOffset.UnixEpoch), "ns", pretty: false));
}
