using EdgeDePin.Storage.Segments;
using EdgeDePin.Storage.Shards;

namespace EdgeDePin.Storage;

/// <summary>Compares every byte of a stopped node's store with its checksums, and changes nothing.</summary>
/// <param name="Findings">A sentence for each thing that is damaged or missing; empty when all is whole.</param>
public sealed record StoreCheck(int Segments, int Frames, int Shards, long Bytes, long Head, IReadOnlyList<string> Findings)
{
    /// <exception cref="StoreException">A running node has it open, or the folder cannot be read.</exception>
    public static StoreCheck Of(string folder)
    {
        using FolderLock held = FolderLock.Take(folder);
        var findings = new List<string>();
        long bytes = 0, head = 0;
        List<string> shards = Listed(Path.Combine(folder, "shards"), Directory.GetDirectories).FindAll(path => Shard.SpanOf(path) is not null);
        foreach (string path in shards)
        {
            string name = $"shard {Path.GetFileName(path)}";
            Shard? shard = Shard.Open(path, out string damage);
            if (shard is null || (damage = shard.Damage() ?? "").Length > 0)
            {
                findings.Add($"{name}: {damage}");
            }

            (long first, long last, _) = Shard.SpanOf(path)!.Value;
            // What is before the first shard was dropped on purpose, and is in storage_loss.
            Follow(name, head == 0 ? first - 1 : head, first - 1, findings);
            (head, bytes) = (Math.Max(head, last), bytes + (shard?.Bytes ?? 0));
        }

        List<string> segments = Listed(Path.Combine(folder, "segments"), Directory.GetFiles).FindAll(path => path.EndsWith(".seg", StringComparison.Ordinal));
        int frames = 0;
        foreach (string path in segments)
        {
            byte[] content = SegmentBytes.Read(path, out int unreadable);
            bytes += content.Length;
            string name = $"segment {Path.GetFileName(path)}";
            if (unreadable > 0)
            {
                findings.Add($"{name}: the disk does not give back {unreadable} bytes");
            }

            SegmentScan.Visit(
                content,
                frame =>
                {
                    frames++;
                    if (frame.Kind == FrameKind.Start)
                    {
                        Follow(name, head, StoreState.Decode(frame.Payload).Head, findings);
                    }

                    head = frame.Kind is FrameKind.Points or FrameKind.Lines ? Math.Max(head, frame.Sequence + frame.Count - 1) : head;
                },
                (offset, length) => findings.Add($"{name}: {length} bytes from {offset} are no whole frame"));
        }

        if (StoreEpoch.ReadClosedHead(folder) is { } closed && closed > head)
        {
            findings.Add($"the log ends at sequence {head}, and the store was closed at {closed}: sequences {head + 1} to {closed} are missing");
        }

        return new StoreCheck(segments.Count, frames, shards.Count, bytes, head, findings);
    }

    private static void Follow(string name, long head, long acknowledged, List<string> findings)
    {
        if (acknowledged > head)
        {
            findings.Add($"{name}: sequences {head + 1} to {acknowledged} before it are missing");
        }
    }

    private static List<string> Listed(string folder, Func<string, string[]> list) =>
        Directory.Exists(folder) ? [.. list(folder).Order(StringComparer.Ordinal)] : [];
}
