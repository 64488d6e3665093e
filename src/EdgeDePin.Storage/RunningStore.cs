using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage;

/// <summary>
/// A copy of a store that another process has open and writes to. Nothing is asked of that process: files of shards never change,
/// segments only grow, and what is acknowledged is in them. A copy during which a shard came or went is thrown away and begun anew.
/// </summary>
internal static class RunningStore
{
    /// <summary>Shards come and go once in many thousand points; whoever copies slower than that twenty times has the wrong disk.</summary>
    private const int MaxTries = 20;

    /// <returns>What is in the copy. Where it is damaged, there is none.</returns>
    /// <exception cref="StoreException">The target exists, or shards came and went faster than they could be copied.</exception>
    /// <exception cref="IOException">A disk, as a rule for want of space.</exception>
    public static StoreCheck Copy(string folder, string target)
    {
        for (int attempt = 1; ; attempt++)
        {
            string[] shards = Shards(folder), segments = Segments(folder);
            StoreCheck? check = null;
            try
            {
                StoreSnapshot.Copy(folder, target, part => CopyPart(folder, part.Name, part.Target), copied =>
                {
                    bool still = shards.SequenceEqual(Shards(folder), StringComparer.Ordinal) && segments.All(name => File.Exists(Path.Combine(folder, "segments", name)));
                    check = still ? Check(copied) : null;
                    return check?.Findings.Count == 0;
                });
            }
            catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
            {
                // It went while it was copied.
            }

            if (check is not null)
            {
                return check;
            }

            if (attempt == MaxTries)
            {
                throw new StoreException($"Store '{folder}' changed {MaxTries} times while it was copied: choose a faster disk for the copy, or stop the node.");
            }
        }
    }

    private static StoreCheck Check(string copied)
    {
        StoreCheck check = StoreCheck.Of(copied);
        // Nobody has the copy open.
        FolderLock.Remove(copied);
        return check;
    }

    private static void CopyPart(string folder, string name, string target)
    {
        StoreSnapshot.CopyFolder(Path.Combine(folder, name), target);
        if (name == "segments")
        {
            foreach (string path in Directory.GetFiles(target, "*.new"))
            {
                File.Delete(path);
            }

            Array.ForEach(Directory.GetFiles(target), Trim);
        }
    }

    // The last frame may have been on its way; it is not acknowledged before all of it is on the disk.
    private static void Trim(string segment)
    {
        byte[] content = File.ReadAllBytes(segment);
        int end = content.Length;
        SegmentScan.Visit(content, _ => { }, (offset, length) => end = offset + length == content.Length ? offset : end);
        if (end < content.Length)
        {
            DurableFile.Replace(segment, content.AsSpan(0, end));
        }
    }

    // With the marks of those that are no shards any more.
    private static string[] Shards(string folder) => Names(Path.Combine(folder, "shards"), SearchOption.AllDirectories);

    private static string[] Segments(string folder) => Names(Path.Combine(folder, "segments"), SearchOption.TopDirectoryOnly);

    private static string[] Names(string folder, SearchOption depth) => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder, "*", depth).Select(path => Path.GetRelativePath(folder, path))
            .Where(name => !name.StartsWith("unfinished", StringComparison.Ordinal) && !name.EndsWith(".new", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];
}
