using EdgeDePin.Storage.Duck;
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

    public ShardFolder(string dataFolder)
    {
        Path = System.IO.Path.Combine(dataFolder, "shards");
        _damaged = System.IO.Path.Combine(dataFolder, "damaged");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public long SizeBytes
    {
        get
        {
            while (true)
            {
                try
                {
                    return new DirectoryInfo(Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
                }
                catch (IOException gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
                {
                    // A shard was deleted meanwhile: count again.
                }
            }
        }
    }

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
        var damaged = new List<(long First, long Last, string Name)>();
        long checkedBytes = 0;
        var found = Directory.GetDirectories(Path).Select(folder => (Folder: folder, Span: Shard.SpanOf(folder))).Where(one => one.Span is not null)
            .Select(one => (one.Folder, one.Span!.Value.First, one.Span.Value.Last, one.Span.Value.Generation)).ToList();
        // Newest first: the bytes that were written last are those that a cut may have hurt. What covers others comes before them.
        foreach ((string folder, long from, long to, int generation) in found.OrderByDescending(one => one.Last).ThenByDescending(one => one.Generation).ThenBy(one => one.First))
        {
            bool replaces = found.Exists(one => one.Generation < generation && from <= one.First && one.Last <= to);
            if (shards.Exists(shard => shard.Covers(from, to)))
            {
                Discard(folder);
            }
            // Before what it took the place of is deleted, the new one is compared in any case.
            else if (Shard.Open(folder, out string damage) is { } shard
                && (((checkedBytes += shard.Bytes) > CheckedAtStartBytes && !replaces) || (damage = shard.Damage() ?? "").Length == 0))
            {
                shards.Insert(0, shard);
            }
            else
            {
                damaged.Add((from, to, System.IO.Path.GetFileName(folder)));
                aside.Add(SetAside(folder, damage, time, logger));
            }
        }

        shards.Sort((left, right) => left.First.CompareTo(right.First));
        // Where the older generation was still there, nothing is missing.
        gaps.AddRange(damaged.Where(one => !AllThere(shards, one.First, one.Last) && !shards.Exists(shard => shard.Covers(one.First, one.Last))).OrderBy(one => one.First)
            .Select(one => new Gap(one.First, one.Last, one.Name, 0, "shard damaged")));
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

    private string SetAside(string folder, string damage, TimeProvider time, ILogger logger)
    {
        string target = System.IO.Path.Combine(_damaged, $"{System.IO.Path.GetFileName(folder)}.{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}");
        Directory.CreateDirectory(_damaged);
        Directory.Move(folder, target);
        logger.Damaged(folder, damage, target);
        return target;
    }

    private static bool AllThere(List<Shard> shards, long first, long last)
    {
        foreach (Shard shard in shards.Where(shard => shard.First >= first && shard.Last <= last).OrderBy(shard => shard.First))
        {
            if (shard.First != first)
            {
                return false;
            }

            first = shard.Last + 1;
        }

        return first == last + 1;
    }

    /// <summary>A folder in which a shard is written before it has its name.</summary>
    public string Begin(long first, long last, int generation = 0)
    {
        string folder = System.IO.Path.Combine(Path, $"{Unfinished}{Shard.NameOf(first, last, generation)}");
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

        string going = folder;
        if (!folder.Contains($"{Unfinished}going-", StringComparison.Ordinal))
        {
            going = System.IO.Path.Combine(Path, $"{Unfinished}going-{System.IO.Path.GetFileName(folder)}");
            Discard(going);
            Directory.Move(folder, going);
            DurableFile.FlushFolder(Path);
        }

        Directory.Delete(going, recursive: true);
    }

    /// <summary>Says, durably, that a shard is no shard any more. Its files go when nobody reads them, at the latest at the next start.</summary>
    public void Retire(Shard shard, Readers readers)
    {
        // Readers that have begun know the files by the old name, so the folder keeps it and gets a mark.
        File.WriteAllBytes(System.IO.Path.Combine(shard.Folder, RetiredMark), []);
        DurableFile.FlushFolder(shard.Folder);
        readers.WhenGone(() => Discard(shard.Folder));
    }

    /// <summary>Gives the finished shard its name, durably.</summary>
    public Shard Finish(Shard unfinished)
    {
        string name = System.IO.Path.Combine(Path, Shard.NameOf(unfinished.First, unfinished.Last, unfinished.Generation));
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
}
