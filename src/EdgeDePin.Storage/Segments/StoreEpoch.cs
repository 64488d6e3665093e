using System.Globalization;
using System.Text;

namespace EdgeDePin.Storage.Segments;

/// <summary>
/// The number of this life of the store, in a file of its own. It grows whenever the store was not closed in order or lost
/// something: the end of a file may then be missing without a trace, and a sequence may be given a second time. The pair
/// of epoch and sequence is never given twice.
/// </summary>
internal sealed class StoreEpoch
{
    private readonly string _path;

    private StoreEpoch(string path, long number) => (_path, Number) = (path, number);

    /// <summary>From 1.</summary>
    public long Number { get; private set; }

    /// <summary>Whether this life began just now, because there was no other before it.</summary>
    public bool IsFirst { get; private set; }

    /// <param name="known">The highest epoch that any segment names: counts when the file is lost or damaged.</param>
    public static StoreEpoch Load(string folder, long known)
    {
        string path = Path.Combine(folder, "epoch");
        long number = File.Exists(path) ? Parse(File.ReadAllText(path)) : 0;
        var epoch = new StoreEpoch(path, Math.Max(number, known));
        epoch.IsFirst = epoch.Number == 0;
        if (epoch.IsFirst)
        {
            epoch.Begin();
        }
        else if (epoch.Number != number)
        {
            // The file was lost or damaged: the next start may need it.
            epoch.Save();
        }

        return epoch;
    }

    /// <summary>Begins the next epoch.</summary>
    public void Begin()
    {
        Number++;
        Save();
    }

    private void Save()
    {
        string text = Number.ToString(CultureInfo.InvariantCulture);
        try
        {
            DurableFile.Replace(_path, Encoding.ASCII.GetBytes($"{text} {Crc32C.Of(Encoding.ASCII.GetBytes(text)):x8}\n"));
        }
        catch (IOException)
        {
            // A full disk must not keep the store from opening. The first frame of the next segment names the epoch, too, and
            // before it is durable nothing of this epoch is acknowledged.
        }
    }

    private static long Parse(string text) =>
        text.TrimEnd().Split(' ') is [string number, string sum]
            && sum == Crc32C.Of(Encoding.ASCII.GetBytes(number)).ToString("x8", CultureInfo.InvariantCulture)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value : 0;
}
