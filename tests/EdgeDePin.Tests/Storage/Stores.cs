using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Storage;

/// <summary>Stores and points as these tests need them.</summary>
internal static class Stores
{
    public static Store Open(string folder) =>
        Store.Open(new StoreOptions { Folder = folder, Database = "bench" }, TimeProvider.System, NullLogger.Instance);

    public static IReadOnlyList<Point> Points(string lines, long precision = 1)
    {
        LineBatch batch = LineProtocol.Decode(System.Text.Encoding.UTF8.GetBytes(lines), 0, precision);
        Assert.Empty(batch.Errors);
        return batch.Points;
    }
}
