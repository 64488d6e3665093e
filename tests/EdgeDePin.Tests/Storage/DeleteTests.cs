using EdgeDePin.Storage;
using EdgeDePin.Storage.InfluxQl;
using EdgeDePin.Storage.Shards;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Storage;

/// <summary>What is deleted is gone for every reader at once, stays gone, and leaves the disk.</summary>
public sealed class DeleteTests : IDisposable
{
    private static readonly string[] Questions = ["SELECT v, k FROM /./", "SELECT w FROM m GROUP BY k", "SHOW SERIES", "SHOW MEASUREMENTS", "SELECT count(v) FROM m GROUP BY k"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int> Seeds => LongForm.Seeds(usually: 3, longForm: 6);

    public void Dispose() => _folder.Dispose();

    // The model is a list of points: deleting removes from the list, and a store that is given what is left must answer alike.
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Deleted_at_any_time_between_compactions_merges_and_restarts_the_rest_is_as_if_it_had_never_been_written(int seed)
    {
        var random = new Random(seed);
        var model = new List<Point>();
        var done = new List<string>();
        Store store = Open(random);
        try
        {
            for (int round = 0; round < (LongForm.IsOn ? 60 : 30); round++)
            {
                IReadOnlyList<Point> batch = Stores.Points(string.Join('\n', Enumerable.Range(0, random.Next(1, 30)).Select(_ => Line(random))));
                store.Append(batch);
                model.AddRange(batch);
                if (random.Next(3) == 0)
                {
                    (string statement, Predicate<Point> gone) = Deletion(random);
                    Assert.Null(Ask(store, statement).Error);
                    model.RemoveAll(gone);
                    done.Add(statement);
                }

                if (random.Next(3) == 0)
                {
                    store.Compact();
                    done.Add("compact");
                }

                if (random.Next(4) == 0)
                {
                    store.Dispose();
                    store = Open(random);
                    done.Add("restart");
                }

                using var plainFolder = new TemporaryFolder();
                using Store plain = Stores.Open(plainFolder);
                plain.Append(model);
                foreach (string question in Questions)
                {
                    Assert.True(Json(plain, question) == Json(store, question), $"seed {seed}, round {round}, {string.Join("; ", done.TakeLast(12))}, {question}:\n{Json(plain, question)}{Json(store, question)}");
                }

                Assert.Equal(plain.PointCount, store.PointCount);
            }
        }
        finally
        {
            store.Dispose();
        }

        Assert.Empty(StoreCheck.Of(_folder).Findings);
    }

    [Fact]
    public void Compaction_takes_what_is_deleted_from_the_disk_and_the_log_forgets_the_deletion()
    {
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("secret,who=alice v=1 10\nsecret,who=bob v=2 20\nother v=1 5"));
            store.Compact();
            Assert.Null(Ask(store, "DROP SERIES FROM secret WHERE who = 'alice'").Error);
            store.Append(Stores.Points("other v=2 6"));
            store.Compact();
            store.Append(Stores.Points("other v=3 7"));
            store.Compact();
            // The segment begun before the deletion was folded in repeats it; the next one does not.
            store.Append(Stores.Points("other v=4 8"));
            store.Compact();
        }

        string[] files = [.. Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Where(file => File.ReadAllBytes(file).AsSpan().IndexOf("alice"u8) >= 0)];
        Assert.True(files.Length == 0, string.Join(' ', files));
    }

    [Fact]
    public void A_measurement_that_was_dropped_may_come_back_with_another_type()
    {
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m,k=a v=1 10\nm,k=a w=1i 20"));
            store.Compact();
            store.Append(Stores.Points("m,k=b v=2 30"));
            Assert.Null(Ask(store, "DROP MEASUREMENT m").Error);
            store.Append(Stores.Points("m,k=a v=\"text\" 10"));
        }

        using (Store again = Stores.Open(_folder))
        {
            Assert.Equal(["m,k=a v=\"text\" 10"], again.ReadAfter(0, 100).Select(stored => stored.Point.ToString()));
            again.Compact();
            Assert.Equal(["m,k=a v=\"text\" 10"], again.ReadAfter(0, 100).Select(stored => stored.Point.ToString()));
        }

        using Store last = Stores.Open(_folder);
        Assert.Equal(["m,k=a v=\"text\" 10"], last.ReadAfter(0, 100).Select(stored => stored.Point.ToString()));
        Assert.Equal(0, last.QuarantineCount);
    }

    [Fact]
    public void A_deletion_is_durable_when_it_is_answered()
    {
        using var cut = new TemporaryFolder();
        using Store store = Stores.Open(_folder);
        store.Append(Stores.Points("m v=1 10\nm v=2 20"));
        Assert.Null(Ask(store, "DELETE FROM m WHERE time < 15").Error);
        Stores.Copy(_folder, cut);
        using Store again = Stores.Open(cut);
        Assert.Equal(["m v=2 20"], again.ReadAfter(0, 100).Select(stored => stored.Point.ToString()));
    }

    private static StatementResult Ask(Store store, string query)
    {
        QueryResult result = store.Query(query, DateTimeOffset.UnixEpoch, store.Database, mayDelete: true);
        Assert.Null(result.Error);
        return result.Statements[0];
    }

    private static (string Statement, Predicate<Point> Gone) Deletion(Random random)
    {
        (string name, string k) = ("mn"[random.Next(2)].ToString(), "abc"[random.Next(3)].ToString());
        long from = random.Next(400), until = from + random.Next(200);
        bool Tagged(Point point) => point.Measurement == name && point.Tags.Any(tag => tag.Key == "k" && tag.Value == k);
        return random.Next(6) switch
        {
            0 => ($"DELETE FROM {name} WHERE time >= {from} AND time <= {until}", point => point.Measurement == name && point.Instant >= from && point.Instant <= until),
            1 => ($"DELETE FROM {name} WHERE k = '{k}' AND time < {until}", point => Tagged(point) && point.Instant < until),
            2 => ($"DELETE WHERE time > {until}", point => point.Instant > until),
            3 => ($"DROP SERIES FROM {name} WHERE k = '{k}'", Tagged),
            4 => ($"DROP MEASUREMENT {name}", point => point.Measurement == name),
            _ => ($"DELETE FROM /{name}/ WHERE k =~ /{k}/", Tagged),
        };
    }

    private static string Line(Random random) => random.Next(4) switch
    {
        0 => $"m,k={"abc"[random.Next(3)]} v={random.Next(100)} {random.Next(500)}",
        1 => $"m,k={"ab"[random.Next(2)]} v={random.Next(100)}.5,w={random.Next(9)}i {random.Next(500)}",
        2 => $"m v={random.Next(9)} {random.Next(500)}",
        _ => $"n,k={"abc"[random.Next(3)]},j=z v={random.Next(100)} {random.Next(500)}",
    };

    private Store Open(Random random) => Store.Open(
        new StoreOptions { Folder = _folder, Database = "bench", MergePoints = random.Next(2) * 100_000 }, TimeProvider.System, NullLogger.Instance);

    private static string Json(Store store, string query) => System.Text.Encoding.UTF8.GetString(
        InfluxJson.Write(store.Query(query, DateTimeOffset.UnixEpoch), "ns", pretty: false));
}
