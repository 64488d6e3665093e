using DuckDB.NET.Data;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

/// <summary>What a store holds, as others read it; and whether it is whole.</summary>
public sealed class StoreExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _out = new();

    public StoreExportTests()
    {
        using Store store = Stores.Open(_folder);
        store.Append(Stores.Points("weather,site=home,sensor=roof t=21.5,V=1i,v=2i 1500000000000000001\nweather,site=home t=20 1500000000000000000"));
        store.Compact();
        store.Append(Stores.Points("weather,site=home,sensor=roof t=22 1500000000000000001\nodd\\ name s=\"a,\\\"b\\\"\" 5"));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _out.Dispose();
    }

    [Fact]
    public void Line_protocol_goes_into_another_store_and_is_the_same_there()
    {
        using var otherFolder = new TemporaryFolder();
        using Store store = Stores.Open(_folder), other = Stores.Open(otherFolder);
        string file = Assert.Single(store.Export(ExportFormat.Lp, _out));
        other.Append(Stores.Points(File.ReadAllText(file)));
        Assert.Equal(
            store.Query("SELECT * FROM /./", DateTimeOffset.UnixEpoch).Statements[0].Series.SelectMany(series => series.Rows).SelectMany(row => row),
            other.Query("SELECT * FROM /./", DateTimeOffset.UnixEpoch).Statements[0].Series.SelectMany(series => series.Rows).SelectMany(row => row));
    }

    [Theory]
    [InlineData(ExportFormat.Parquet, "parquet")]
    [InlineData(ExportFormat.Csv, "csv")]
    public void Tables_have_the_names_and_the_last_write_of_each_field(ExportFormat format, string extension)
    {
        using (Store store = Stores.Open(_folder))
        {
            Assert.Equal(2, store.Export(format, _out).Count);
        }

        Assert.True(File.Exists(_out.Sub($"measurement-1.{extension}")));
        string file = _out.Sub($"weather.{extension}");
        Assert.Equal("home,NULL,20.0,NULL,NULL home,roof,22.0,1,2", Read(
            $"SELECT string_agg(concat_ws(',', site, coalesce(sensor, 'NULL'), t, coalesce(\"V\"::VARCHAR, 'NULL'), coalesce(v_1::VARCHAR, 'NULL')), ' ' ORDER BY time) FROM '{file}'"));
        string latest = format == ExportFormat.Csv ? File.ReadAllText(file) : Read($"SELECT max(time)::VARCHAR FROM '{file}'")!;
        Assert.Contains("2017-07-14 02:40:00.000000001", latest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_says_which_file_is_damaged_and_changes_nothing()
    {
        Assert.Empty(StoreCheck.Of(_folder).Findings);
        string shard = Directory.GetFiles(_folder.Sub("shards"), "*.parquet", SearchOption.AllDirectories)[0];
        string segment = Directory.GetFiles(_folder.Sub("segments"))[^1];
        foreach (string file in (string[])[shard, segment])
        {
            byte[] bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(file, bytes);
        }

        for (int time = 0; time < 2; time++)
        {
            IReadOnlyList<string> findings = StoreCheck.Of(_folder).Findings;
            Assert.Contains(findings, finding => finding.Contains("points_1.parquet does not match its checksum", StringComparison.Ordinal));
            Assert.Contains(findings, finding => finding.StartsWith("segment ", StringComparison.Ordinal) && finding.Contains("no whole frame", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_numbers_of_a_store_add_up()
    {
        using Store store = Stores.Open(_folder);
        StoreStats stats = store.Stats();
        Assert.Equal((3L, 2, 3, 2L, 2L, 1), (stats.Points, stats.Measurements, stats.Series, stats.LogPoints, stats.ShardRows, stats.Shards));
        Assert.True(stats.LogBytes > 0 && stats.ShardBytes > 0);
    }

    private static string? Read(string sql)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as string;
    }
}
