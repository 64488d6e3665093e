using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

public sealed class StoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_appended_is_there_after_reopening_in_the_same_order()
    {
        IReadOnlyList<Point> points = Stores.Points("""
            cpu,host=a v=1,s="x" 10
            weather,sensor=roof temperature=21.5,ok=true 10
            cpu,host=a v=2 20
            cpu,host=b i=7i -30
            """);
        using (Store store = Stores.Open(_folder))
        {
            Assert.Equal(4, store.Append(points));
        }

        using Store again = Stores.Open(_folder);
        Assert.Equal(4, again.HeadSequence);
        Assert.Equal(4, again.PointCount);
        Assert.Equal(points.Select(point => point.ToString()), again.ReadAfter(0, 100).Select(stored => stored.Point.ToString()));
        Assert.Equal([2, 3], again.ReadAfter(1, 2).Select(stored => stored.Sequence));
        Assert.Equal(5, again.Append(Stores.Points("cpu,host=a v=3 30")));
        Assert.Empty(again.MovedAside);
        Assert.True(again.SizeBytes > 0);
    }

    [Fact]
    public void Cursors_outlive_the_store_and_are_independent()
    {
        using (Store store = Stores.Open(_folder))
        {
            store.SetCursor("influxdb", 7);
            store.SetCursor("cloud", 3);
            store.SetCursor("influxdb", 9);
        }

        using Store again = Stores.Open(_folder);
        Assert.Equal((9, 3, 0), (again.GetCursor("influxdb"), again.GetCursor("cloud"), again.GetCursor("nobody's")));
    }

    [Fact]
    public void The_same_points_twice_have_the_effect_of_once_and_per_field_the_last_write_counts()
    {
        using Store store = Stores.Open(_folder);
        IReadOnlyList<Point> points = Stores.Points("m,k=a v=1,w=5 10\nm,k=a v=2 20\nm,k=b v=3 10");
        store.Append(points);
        store.Append(points);
        store.Append(Stores.Points("m,k=a v=9 10"));

        Assert.Equal(3, store.PointCount);
        Assert.Equal("""{"results":[{"statement_id":0,"series":[{"name":"m","columns":["time","k","v","w"],"values":[[10,"a",9,5],[10,"b",3,null],[20,"a",2,null]]}]}]}""",
            Json(store, "SELECT * FROM m"));
        Assert.Equal("""{"results":[{"statement_id":0,"series":[{"name":"m","columns":["time","count","sum"],"values":[[0,3,14]]}]}]}""",
            Json(store, "SELECT count(v), sum(v) FROM m"));
    }

    [Fact]
    public void A_point_whose_field_changes_its_type_is_quarantined_and_the_rest_is_stored()
    {
        using Store store = Stores.Open(_folder);
        store.Append(Stores.Points("m v=1 10"));
        long last = store.Append(Stores.Points("m v=2i 20\nm v=3 30\nm big=18446744073709551615u 40\nm,time=x v=1 50\nm time=1 60"));

        Assert.Equal((2L, 2L, 4L), (last, store.PointCount, store.QuarantineCount));
        IReadOnlyList<QuarantinedPoint> quarantine = store.ReadQuarantine(10);
        Assert.Equal("m v=2i 20", quarantine[^1].Line);
        Assert.Contains("integer here and float in the store", quarantine[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_differ_in_case_only_are_different_fields()
    {
        using Store store = Stores.Open(_folder);
        store.Append(Stores.Points("m V=1,v=\"text\" 10"));
        Assert.Equal("m V=1,v=\"text\" 10", store.ReadAfter(0, 1)[0].Point.ToString());
    }

    [Fact]
    public void A_second_store_on_the_folder_is_refused_with_the_process_that_holds_it()
    {
        using (Store.Open(new StoreOptions { Folder = _folder }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
        {
            StoreException refusal = Assert.Throws<StoreException>(() => Stores.Open(_folder));
            Assert.Contains($"in use by process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal.Message);
        }

        Stores.Open(_folder).Dispose();
    }

    [Theory]
    [InlineData("a-file/data")]
    [InlineData("/proc/edgedepin")]
    [InlineData("/sys/kernel")]
    public void A_folder_that_cannot_be_written_is_named_with_a_remedy(string folder)
    {
        File.WriteAllText(_folder.Sub("a-file"), "");
        string path = _folder.Sub(folder);
        StoreException refusal = Assert.Throws<StoreException>(() => Stores.Open(path));
        Assert.Contains($"Data folder '{path}' cannot be written", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Choose another folder", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_taken_while_the_store_is_open_has_everything_acknowledged()
    {
        using var copy = new TemporaryFolder();
        using Store store = Stores.Open(_folder);
        for (int at = 0; at < 50; at++)
        {
            store.Append(Stores.Points($"m,k=a v={at} {at}"));
        }

        Stores.Copy(_folder, copy);
        using Store second = Stores.Open(copy);
        Assert.Equal(50, second.PointCount);
        Assert.Equal((1L, 2L), (store.Epoch, second.Epoch));
    }

    [Fact]
    public void A_store_that_was_closed_in_order_goes_on_in_its_epoch()
    {
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m v=1 10"));
        }

        using Store again = Stores.Open(_folder);
        Assert.Equal(1, again.Epoch);
    }

    [Fact]
    public void What_is_set_aside_outlives_the_store()
    {
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m v=1 10\nm v=2i 20"));
            store.Quarantine(Stores.Points("m v=1 10")[0], "influxdb", "partial write");
        }

        using Store again = Stores.Open(_folder);
        again.Append(Stores.Points("m v=true 30"));
        Assert.Equal(3, again.QuarantineCount);
        Assert.Equal(["m v=true 30", "m v=1 10", "m v=2i 20"], again.ReadQuarantine(10).Select(point => point.Line));
    }

    [Fact]
    public void Callers_that_wait_together_share_a_flush_and_each_gets_its_own_answer()
    {
        using Store store = Store.Open(
            new StoreOptions { Folder = _folder, CommitInterval = TimeSpan.FromMilliseconds(50) }, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Parallel.For(0, 40, at => store.Append(Stores.Points($"m,k=k{at} v={at} {at}")));
        Assert.Equal((40L, 40L), (store.PointCount, store.HeadSequence));
    }

    [Fact]
    public async Task Readers_never_see_a_point_twice_while_it_is_written_again()
    {
        using Store store = Stores.Open(_folder);
        IReadOnlyList<Point> points = Stores.Points(string.Join('\n', Enumerable.Range(0, 20).Select(at => $"m v=1 {at}")));
        store.Append(points);
        Task writer = Task.Run(
            () =>
            {
                for (int round = 0; round < 20; round++)
                {
                    store.Append(points);
                }
            },
            TestContext.Current.CancellationToken);
        do
        {
            Assert.Contains("[[0,20]]", Json(store, "SELECT count(v) FROM m"), StringComparison.Ordinal);
        }
        while (!writer.IsCompleted);
        await writer;
    }

    private static string Json(Store store, string query) => System.Text.Encoding.UTF8.GetString(
        EdgeDePin.Storage.InfluxQl.InfluxJson.Write(store.Query(query, DateTimeOffset.UnixEpoch), "ns", pretty: false)).TrimEnd('\n');
}
