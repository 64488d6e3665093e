using EdgeDePin.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage.Shards;

/// <summary>The shards of a store, in the order of their sequences.</summary>
internal sealed class ShardFolder
{
    /// <summary>So much is compared with its checksums at a start, the newest first: a second or two from a memory card.</summary>
    private const long CheckedAtStartBytes = 128L << 20;

    private const string Unfinished = "unfinished-";

    private const string RetiredMark = "retired";

    private readonly string _damaged;
    private readonly List<string> _retired = [];

    public ShardFolder(string dataFolder)
    {
        Path = System.IO.Path.Combine(dataFolder, "shards");
        _damaged = System.IO.Path.Combine(dataFolder, "damaged");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public long SizeBytes => new DirectoryInfo(Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>Opens what is whole. What is damaged goes to the folder <c>damaged</c>, and is a gap.</summary>
    /// <param name="gaps">Receives the sequences that are missing.</param>
    /// <param name="aside">Receives the folders that were moved.</param>
    public List<Shard> Open(TimeProvider time, ILogger logger, List<Gap> gaps, List<string> aside)
    {
        foreach (string leftover in Directory.GetDirectories(Path)
            .Where(folder => System.IO.Path.GetFileName(folder).StartsWith(Unfinished, StringComparison.Ordinal)
                || File.Exists(System.IO.Path.Combine(folder, RetiredMark))))
        {
            Discard(leftover);
        }

        var shards = new List<Shard>();
        long checkedBytes = 0;
        // Newest first: the bytes that were written last are those that a cut may have hurt.
        foreach (string folder in Directory.GetDirectories(Path).Where(folder => Shard.SpanOf(folder) is not null).OrderDescending(StringComparer.Ordinal))
        {
            if (Shard.Open(folder, out string damage) is { } shard
                && ((checkedBytes += shard.Bytes) > CheckedAtStartBytes || (damage = shard.Damage() ?? "").Length == 0))
            {
                shards.Insert(0, shard);
                continue;
            }

            string target = System.IO.Path.Combine(_damaged, $"{System.IO.Path.GetFileName(folder)}.{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}");
            Directory.CreateDirectory(_damaged);
            Directory.Move(folder, target);
            aside.Add(target);
            logger.Damaged(folder, damage, target);
            (long from, long to) = Shard.SpanOf(folder)!.Value;
            gaps.Insert(0, new Gap(from, to, System.IO.Path.GetFileName(folder), 0, "shard damaged"));
        }

        // One within another is what a failure left of it; had it been in use, the other would begin behind it.
        foreach (Shard shadow in shards.Where(shard => shards.Exists(other => other != shard && Covers(other, shard.First, shard.Last))).ToList())
        {
            shards.Remove(shadow);
            Discard(shadow.Folder);
        }

        gaps.RemoveAll(gap => shards.Exists(shard => Covers(shard, gap.FirstSequence, gap.LastSequence)));
        for (int at = 1; at < shards.Count; at++)
        {
            (long from, long to) = (shards[at - 1].Last + 1, shards[at].First - 1);
            if (from <= to && !gaps.Exists(gap => gap.FirstSequence <= from && to <= gap.LastSequence))
            {
                gaps.Add(new Gap(from, to, Shard.NameOf(from, to), 0, "shard missing"));
            }
        }

        return shards;
    }

    /// <summary>A folder in which a shard is written before it has its name.</summary>
    public string Begin(long first, long last)
    {
        string folder = System.IO.Path.Combine(Path, $"{Unfinished}{Shard.NameOf(first, last)}");
        Discard(folder);
        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>Deletes a shard, whole or not. A cut while it does leaves nothing that has the name of a shard.</summary>
    public void Discard(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        string going = System.IO.Path.Combine(Path, $"{Unfinished}going");
        if (Directory.Exists(going))
        {
            Directory.Delete(going, recursive: true);
        }

        Directory.Move(folder, going);
        DurableFile.FlushFolder(Path);
        Directory.Delete(going, recursive: true);
    }

    /// <summary>
    /// Says, durably, that a shard is no shard any more, and deletes those of which that was said before.
    /// </summary>
    public void Retire(Shard shard)
    {
        foreach (string retired in _retired)
        {
            Discard(retired);
        }

        _retired.Clear();
        // Readers that have begun know the files by the old name, so the folder keeps it and gets a mark.
        File.WriteAllBytes(System.IO.Path.Combine(shard.Folder, RetiredMark), []);
        DurableFile.FlushFolder(shard.Folder);
        _retired.Add(shard.Folder);
    }

    /// <summary>Gives the finished shard its name, durably.</summary>
    public Shard Finish(Shard unfinished)
    {
        string name = System.IO.Path.Combine(Path, Shard.NameOf(unfinished.First, unfinished.Last));
        DurableFile.FlushFolder(unfinished.Folder);
        Directory.Move(unfinished.Folder, name);
        try
        {
            DurableFile.FlushFolder(Path);
        }
        catch
        {
            // With its name it would be in force after the next start, beside the one that is written instead of it.
            Directory.Move(name, unfinished.Folder);
            throw;
        }

        return unfinished with { Folder = name };
    }

    private static bool Covers(Shard shard, long first, long last) => shard.First <= first && last <= shard.Last;
}
