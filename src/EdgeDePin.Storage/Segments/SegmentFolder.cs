using System.Buffers;
using System.Globalization;

namespace EdgeDePin.Storage.Segments;

/// <summary>The folder of segments: names in the order of writing, and the repair of one that is damaged.</summary>
internal sealed class SegmentFolder
{
    private readonly string _damaged;

    public SegmentFolder(string dataFolder)
    {
        Path = System.IO.Path.Combine(dataFolder, "segments");
        _damaged = System.IO.Path.Combine(dataFolder, "damaged");
        Directory.CreateDirectory(Path);
        foreach (string unfinished in Directory.EnumerateFiles(Path, "*.new"))
        {
            File.Delete(unfinished);
        }
    }

    public string Path { get; }

    public IReadOnlyList<string> Files => [.. Directory.EnumerateFiles(Path, "*.seg").Order(StringComparer.Ordinal)];

    public long SizeBytes => new DirectoryInfo(Path).EnumerateFiles().Sum(file => file.Length);

    /// <summary>The name of the segment to write next; numbers only order them.</summary>
    public string NextFile()
    {
        long last = Files is [.., string newest]
            && long.TryParse(System.IO.Path.GetFileNameWithoutExtension(newest), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number : 0;
        return System.IO.Path.Combine(Path, $"{last + 1:D10}.seg");
    }

    /// <summary>
    /// Leaves in the file what is whole. What is not goes to the folder <c>damaged</c> first, named for where it stood, so
    /// that a cut between the two steps loses neither.
    /// </summary>
    /// <returns>The files that hold the damaged bytes.</returns>
    public List<string> Repair(string file, ReadOnlySpan<byte> content, DateTimeOffset now)
    {
        Directory.CreateDirectory(_damaged);
        var whole = new ArrayBufferWriter<byte>(content.Length);
        var parts = new List<(int Offset, int Length)>();
        SegmentScan.Visit(content, frame => frame.WriteTo(whole), (offset, length) => parts.Add((offset, length)));
        var kept = new List<string>();
        foreach ((int offset, int length) in parts)
        {
            string name = $"{System.IO.Path.GetFileName(file)}.{offset}.{now:yyyyMMdd'T'HHmmssfff'Z'}";
            kept.Add(System.IO.Path.Combine(_damaged, name));
            DurableFile.Replace(kept[^1], content.Slice(offset, length));
        }

        DurableFile.Replace(file, whole.WrittenSpan);
        return kept;
    }
}
