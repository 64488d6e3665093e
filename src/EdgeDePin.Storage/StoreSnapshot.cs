using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage;

/// <summary>A copy of a store that is a store itself: it appears whole or not at all, and everything in it is flushed.</summary>
public static class StoreSnapshot
{
    private static readonly string[] Folders = ["shards", "segments"];

    /// <summary>Brings a snapshot, or any whole store that is not open, into a folder that holds no store.</summary>
    /// <exception cref="StoreException">The source is damaged, or the target holds a store already.</exception>
    /// <exception cref="IOException">No space, as a rule; the target does not exist then.</exception>
    public static void Restore(string snapshot, string folder)
    {
        StoreCheck check = StoreCheck.Of(snapshot);
        if (check.Findings.Count > 0)
        {
            throw new StoreException($"Snapshot '{snapshot}' is damaged: {check.Findings[0]}. Take another, or start a node on a copy of it to keep what is whole.");
        }

        Copy(snapshot, folder, part => CopyFolder(Path.Combine(snapshot, part.Name), part.Target));
    }

    /// <summary>Copies a store, also one that a running node writes to: then everything acknowledged when the copying began is in it.</summary>
    /// <returns>The last sequence in the copy.</returns>
    /// <exception cref="StoreException">The copy's folder exists, the store changed too fast, or is damaged; there is no copy then.</exception>
    /// <exception cref="IOException">A disk, as a rule for want of space.</exception>
    public static long Take(string data, string folder)
    {
        StoreCheck check = RunningStore.Copy(data, folder);
        return check.Findings.Count == 0 ? check.Head
            : throw new StoreException($"A copy of '{data}' is damaged, and was not kept: {check.Findings[0]}. 'edgedepin store check' on the stopped node says whether the node is.");
    }

    /// <param name="copy">Brings one of the folders of a store to its place.</param>
    /// <param name="isWhole">Asked of the folder with all of it; where it says no, there is no copy.</param>
    internal static void Copy(string from, string folder, Action<(string Name, string Target)> copy, Func<string, bool>? isWhole = null)
    {
        if (Path.Exists(folder))
        {
            throw new StoreException($"'{folder}' exists: a copy of '{from}' needs a folder that does not, so that nothing is overwritten.");
        }

        string parent = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        string partial = $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))}.partial";
        if (Directory.Exists(partial))
        {
            // Of a copy that was broken off: its files must not come among these.
            Directory.Delete(partial, recursive: true);
        }

        Directory.CreateDirectory(partial);
        // Read first: a node that is closed while the rest is copied names a head there that the copy does not reach.
        if (File.Exists(Path.Combine(from, "epoch")))
        {
            DurableFile.Replace(Path.Combine(partial, "epoch"), File.ReadAllBytes(Path.Combine(from, "epoch")));
        }

        foreach (string name in Folders)
        {
            copy((name, Directory.CreateDirectory(Path.Combine(partial, name)).FullName));
        }

        if (isWhole?.Invoke(partial) == false)
        {
            Directory.Delete(partial, recursive: true);
            return;
        }

        DurableFile.FlushFolder(partial);
        Directory.Move(partial, folder);
        DurableFile.FlushFolder(parent);
    }

    internal static void CopyFolder(string from, string to)
    {
        foreach (string inner in Directory.GetDirectories(from).Where(inner => !Path.GetFileName(inner).StartsWith("unfinished", StringComparison.Ordinal)))
        {
            CopyFolder(inner, Directory.CreateDirectory(Path.Combine(to, Path.GetFileName(inner))).FullName);
        }

        foreach (string file in Directory.GetFiles(from))
        {
            using FileStream source = File.OpenRead(file);
            using var target = new FileStream(Path.Combine(to, Path.GetFileName(file)), FileMode.Create, FileAccess.Write, FileShare.None);
            source.CopyTo(target);
            target.Flush(flushToDisk: true);
        }

        DurableFile.FlushFolder(to);
    }
}
