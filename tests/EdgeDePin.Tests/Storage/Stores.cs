using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Storage;

/// <summary>Stores and points as these tests need them.</summary>
internal static class Stores
{
    public static Store Open(string folder) => Open(folder, new StoreOptions().MergePoints);

    /// <param name="mergePoints">0 keeps every shard as it was written.</param>
    public static Store Open(string folder, int mergePoints) =>
        Store.Open(new StoreOptions { Folder = folder, Database = "bench", MergePoints = mergePoints }, TimeProvider.System, NullLogger.Instance);

    public static IReadOnlyList<Point> Points(string lines, long precision = 1)
    {
        LineBatch batch = LineProtocol.Decode(System.Text.Encoding.UTF8.GetBytes(lines), 0, precision);
        Assert.Empty(batch.Errors);
        return batch.Points;
    }

    /// <summary>What is on the disk now, as after a cut of the power of a card that keeps its promises.</summary>
    public static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            if (Path.GetFileName(file) is not ("node.lock" or "node.pid"))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }
        }
    }
}
