using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage.Shards;

/// <summary>
/// A closed span of sequences, never changed: a folder named for the span, with a Parquet file per measurement and
/// <c>content.json</c> about them, whose last line is its checksum. A folder is there whole or not at all: it gets its name
/// when everything in it is durable, so the names of the folders are the list of shards.
/// </summary>
internal sealed record Shard(string Folder, ShardContent Content)
{
    public const string ContentFile = "content.json";

    public long First => Content.FirstSequence;
    public long Last => Content.LastSequence;
    public long Bytes => Content.Measurements.Sum(measurement => measurement.Bytes);
    public long Rows => Content.Measurements.Sum(measurement => measurement.Rows);

    public static string NameOf(long first, long last) => $"{first:D19}-{last:D19}";

    /// <summary>The span that the name of a folder stands for; null where it is no shard's.</summary>
    public static (long First, long Last)? SpanOf(string folder) =>
        Path.GetFileName(folder).Split('-') is [{ Length: 19 } first, { Length: 19 } last]
            && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out long from)
            && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long to)
            ? (from, to) : null;

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

            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.LongLength != measurement.Bytes || Crc32C.Of(bytes) != measurement.Checksum)
            {
                return $"{measurement.File} does not match its checksum";
            }
        }

        return null;
    }

    private static byte[] Sum(ReadOnlySpan<byte> bytes) => System.Text.Encoding.ASCII.GetBytes($"{Crc32C.Of(bytes):x8}");
}
