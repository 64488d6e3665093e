using DuckDB.NET.Data;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Tests.Storage.Duck;

/// <summary>Memory that the engine gives back is not taken from what it may have.</summary>
public sealed class DuckSessionTests : IDisposable
{
    private const string Limit = "SELECT current_setting('memory_limit')";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(32)]
    [InlineData(97)] // The engine tells it as 92.5 MiB, cut: set to that it would lose a little each time.
    [InlineData(128)]
    public void The_limit_is_the_same_however_often_memory_is_given_back(int megabytes)
    {
        using var database = new HotDatabase(new StoreOptions { Folder = _folder.Path, MemoryLimitMegabytes = megabytes }, _folder.Path);
        using DuckDBConnection connection = database.Connect();
        string before = LimitOf(connection);
        for (int time = 0; time < 200; time++)
        {
            connection.GiveBack();
        }

        Assert.Equal(before, LimitOf(connection));
        Assert.Equal(megabytes * 1e6 / (1 << 20), double.Parse(before.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 0.1);
    }

    private static string LimitOf(DuckDBConnection connection) => connection.Rows(Limit).Select(row => row.GetString(0)).Single();
}
