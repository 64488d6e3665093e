using System.Globalization;
using System.Text;

namespace EdgeDePin.Storage.Segments;

/// <summary>
/// The number of this life of the store, in a file of its own. It grows whenever the store was not closed in order or lost
/// something: the end of a file may then be missing without a trace, and a sequence may be given a second time. The pair
/// of epoch and sequence is never given twice. A store that was closed leaves its head here, too, so that a log whose newest
/// file is gone is not taken for a whole one.
/// </summary>
internal sealed class StoreEpoch
{
    private readonly string _path;

    private StoreEpoch(string path, long number, long? closedHead) => (_path, Number, ClosedHead) = (path, number, closedHead);

    /// <summary>From 1.</summary>
    public long Number { get; private set; }

    /// <summary>Whether this life began just now, because there was no other before it.</summary>
    public bool IsFirst { get; private init; }

    /// <summary>The last sequence when the store was closed in order; null while it is open, and after another end.</summary>
    public long? ClosedHead { get; private set; }

    /// <param name="known">The highest epoch that any segment names: counts when the file is lost or damaged.</param>
    public static StoreEpoch Load(string folder, long known)
    {
        string path = Path.Combine(folder, "epoch");
        (long number, long? closedHead) = File.Exists(path) ? Parse(File.ReadAllText(path)) : (0, null);
        var epoch = new StoreEpoch(path, Math.Max(number, known), closedHead) { IsFirst = number == 0 && known == 0 };
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

    /// <summary>The head of a store that is not open, if it was closed in order; changes nothing.</summary>
    public static long? ReadClosedHead(string folder) =>
        File.Exists(Path.Combine(folder, "epoch")) ? Parse(File.ReadAllText(Path.Combine(folder, "epoch"))).ClosedHead : null;

    /// <summary>Begins the next epoch.</summary>
    public void Begin()
    {
        (Number, ClosedHead) = (Number + 1, null);
        Save();
    }

    /// <summary>Before the log is continued: what <see cref="Close"/> said does not hold any more.</summary>
    public void Reopen()
    {
        if (ClosedHead is not null)
        {
            ClosedHead = null;
            Save();
        }
    }

    /// <summary>After the log was ended in order.</summary>
    public void Close(long head)
    {
        ClosedHead = head;
        Save();
    }

    private void Save()
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{Number}{(ClosedHead is { } head ? $" {head}" : "")}");
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

    private static (long Number, long? ClosedHead) Parse(string text)
    {
        int end = text.TrimEnd().LastIndexOf(' ');
        if (end < 0 || text[(end + 1)..].TrimEnd() != Crc32C.Of(Encoding.ASCII.GetBytes(text[..end])).ToString("x8", CultureInfo.InvariantCulture))
        {
            return (0, null);
        }

        long[] numbers = [.. text[..end].Split(' ').Select(number => long.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers.Length > 1 ? numbers[1] : null);
    }
}
