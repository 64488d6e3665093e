using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage.Shards;

/// <summary>
/// A closed span of sequences, never changed: a folder named for the span, with a Parquet file per measurement and
/// <c>content.json</c> about them, whose last line is its checksum. A folder is there whole or not at all: it gets its name
/// when everything in it is durable, so the names of the folders are the list of shards. What is thinned, merged or relieved
/// of deleted rows is written anew as the next generation, which takes the place of every shard whose span it covers.
/// </summary>
internal sealed record Shard(string Folder, ShardContent Content)
{
    public const string ContentFile = "content.json";

    public long First => Content.FirstSequence;
    public long Last => Content.LastSequence;
    public long Bytes => Content.Measurements.Sum(measurement => measurement.Bytes);
    public long Rows => Content.Measurements.Sum(measurement => measurement.Rows);

    public int Generation => Content.Generation;

    public static string NameOf(long first, long last, int generation = 0) =>
        generation == 0 ? $"{first:D19}-{last:D19}" : $"{first:D19}-{last:D19}-{generation:D4}";

    /// <summary>The span and generation that the name of a folder stands for; null where it is no shard's.</summary>
    public static (long First, long Last, int Generation)? SpanOf(string folder)
    {
        string[] parts = Path.GetFileName(folder).Split('-');
        int generation = 0;
        return parts is [{ Length: 19 } first, { Length: 19 } last, ..]
            && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out long from)
            && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long to)
            && (parts.Length == 2
                || (parts.Length == 3 && parts[2].Length >= 4 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out generation)))
            ? (from, to, generation) : null;
    }

    public bool Covers(long first, long last) => First <= first && last <= Last;

    /// <summary>Reads what the shard says of itself; null, and why, where that is damaged.</summary>
    public static Shard? Open(string folder, out string damage)
    {
        damage = "";
        string path = Path.Combine(folder, ContentFile);
        if (!File.Exists(path))
        {
            damage = $"{ContentFile} is missing";
            return null;
        }

        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        int end = bytes.TrimEnd((byte)'\n').LastIndexOf((byte)'\n') + 1;
        if (end == 0 || !bytes[end..].TrimEnd((byte)'\n').SequenceEqual(Sum(bytes[..end])))
        {
            damage = $"{ContentFile} does not match its checksum";
            return null;
        }

        return new Shard(folder, JsonSerializer.Deserialize(bytes[..end], ShardJson.Default.ShardContent)!);
    }

    public void WriteContent()
    {
        byte[] json = [.. JsonSerializer.SerializeToUtf8Bytes(Content, ShardJson.Default.ShardContent), (byte)'\n'];
        DurableFile.Replace(Path.Combine(Folder, ContentFile), [.. json, .. Sum(json), (byte)'\n']);
    }

    public string PathOf(ShardMeasurement measurement) => Path.Combine(Folder, measurement.File);

    /// <summary>Compares every byte with the checksums.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public string? Damage()
    {
        foreach (ShardMeasurement measurement in Content.Measurements)
        {
            string path = PathOf(measurement);
            if (!File.Exists(path))
            {
                return $"{measurement.File} is missing";
            }

            if (new FileInfo(path).Length != measurement.Bytes || Crc32C.OfFile(path) != measurement.Checksum)
            {
                return $"{measurement.File} does not match its checksum";
            }
        }

        return null;
    }

    private static byte[] Sum(ReadOnlySpan<byte> bytes) => System.Text.Encoding.ASCII.GetBytes($"{Crc32C.Of(bytes):x8}");
}
