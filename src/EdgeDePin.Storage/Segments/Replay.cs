using System.Collections.Immutable;
using EdgeDePin.Storage.Batches;
using EdgeDePin.Storage.Shards;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage.Segments;

/// <summary>Reads all segments at a start: hands the points on, keeps the state, repairs what is damaged and says what is missing.</summary>
/// <param name="inShards">The last sequence that a whole shard holds; frames up to it are passed over.</param>
/// <param name="lost">Damaged shards behind it, oldest first. Where the log still has what was in them, nothing is lost.</param>
internal sealed class Replay(SegmentFolder folder, long inShards, IReadOnlyList<Gap> lost, TimeProvider time, ILogger logger)
{
    private string _file = "";
    private (string File, long Bytes)? _damage;
    private bool _afterPoints;
    private long _buried;

    /// <summary>The last sequence that is there or was acknowledged.</summary>
    public long Head { get; private set; }

    /// <summary>The highest epoch named; 0 where none is.</summary>
    public long Epoch { get; private set; }

    /// <summary>Whether the last life of the store ended in order.</summary>
    public bool EndedInOrder { get; private set; }

    public ImmutableDictionary<string, long> Cursors { get; private set; } = ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

    public QuarantineList Quarantine { get; } = new();

    public List<Gap> Gaps { get; } = [];

    public List<string> MovedAside { get; } = [];

    public delegate void PointVisitor(long sequence, Action<PointBatch> read);

    /// <param name="points">Receives each frame of points, oldest first: the sequence of the first, and how to read them.</param>
    /// <param name="tombstones">Receives what is deleted, each once, after the points that it concerns.</param>
    /// <exception cref="IOException">A frame that is whole cannot be read: it was written by a later version.</exception>
    public void Run(PointVisitor points, Action<Tombstone> tombstones)
    {
        Head = inShards;
        foreach (string path in folder.Files)
        {
            (_file, EndedInOrder) = (Path.GetFileName(path), false);
            byte[] content = SegmentBytes.Read(path, out int unreadable);
            bool damaged = false;
            SegmentScan.Visit(content, frame => Take(frame, points, tombstones), (_, length) =>
            {
                _damage = (_file, (_damage?.Bytes ?? 0) + length);
                damaged = true;
            });
            if (damaged)
            {
                List<string> aside = folder.Repair(path, content, time.GetUtcNow());
                MovedAside.AddRange(aside);
                logger.Damaged(path, unreadable > 0 ? $"{unreadable} bytes that the disk does not give back" : "bytes that are no whole frame", string.Join(", ", aside));
            }
        }

        InLostShards(until: long.MaxValue);
        if (_damage is { } cut)
        {
            EndedInOrder = false;
            Gaps.Add(new Gap(Head + 1, Head, cut.File, cut.Bytes, "end of the log damaged"));
        }

        if (!EndedInOrder)
        {
            // Numbers behind the head will be given again; a destination that took its old cursor for them would never get them.
            Cursors = Cursors.ToImmutableDictionary(cursor => cursor.Key, cursor => Math.Min(cursor.Value, Head), StringComparer.Ordinal);
        }
    }

    /// <summary>Compares with the head that the store was closed with; what is missing at the end is a gap.</summary>
    /// <returns>Whether the log ends there.</returns>
    public bool EndsAt(long? closedHead)
    {
        if (closedHead > Head)
        {
            Gap? unknown = Gaps.Find(gap => gap.FirstSequence > gap.LastSequence);
            Gaps.Remove(unknown!);
            Gaps.Add((unknown ?? new Gap(Head + 1, Head, "", 0, "segment missing")) with { LastSequence = closedHead.Value });
            Head = closedHead.Value;
            return false;
        }

        return closedHead == Head;
    }

    private void Take(Frame frame, PointVisitor points, Action<Tombstone> tombstones)
    {
        EndedInOrder = frame.Kind == FrameKind.End;
        switch (frame.Kind)
        {
            case FrameKind.Start:
                StoreState state = StoreState.Decode(frame.Payload);
                (Epoch, Cursors) = (Math.Max(Epoch, state.Epoch), state.Cursors);
                Missing(until: state.Head);
                _afterPoints = false;
                break;
            case FrameKind.Points or FrameKind.Lines when frame.Sequence + frame.Count - 1 <= inShards:
                _damage = null;
                break;
            case FrameKind.Points or FrameKind.Lines:
                if (_afterPoints || _damage is not null)
                {
                    Missing(until: frame.Sequence - 1);
                }

                _afterPoints = true;
                Head = frame.Sequence + frame.Count - 1;
                (byte[] payload, FrameKind kind, long first, int count) = (frame.Payload.ToArray(), frame.Kind, frame.Sequence, frame.Count);
                points(first, into => Read(payload, kind, first, count, into));
                break;
            case FrameKind.Cursor:
                Cursors = Cursors.SetItem(System.Text.Encoding.UTF8.GetString(frame.Payload), frame.Sequence);
                break;
            case FrameKind.Quarantined:
                Quarantine.Restore(frame.Sequence, frame.Payload);
                break;
            case FrameKind.Resolved when frame.Payload.IsEmpty:
                Quarantine.Resolve(frame.Sequence);
                break;
            case FrameKind.Resolved:
                Quarantine.CountFrom(frame.Sequence);
                break;
            case FrameKind.Tombstone:
                Tombstone one = Tombstone.Decode(frame.Payload);
                if (one.Number > _buried)
                {
                    _buried = one.Number;
                    tombstones(one);
                }

                break;
            default:
                break;
        }
    }

    private void Read(byte[] payload, FrameKind kind, long sequence, int count, PointBatch into)
    {
        if (kind == FrameKind.Lines)
        {
            BatchLines.Read(payload, defaultInstant: 0, precision: 1, into);
            return;
        }

        try
        {
            PointsDecoder.Read(payload, count, into);
        }
        catch (InvalidDataException error)
        {
            throw new IOException(
                $"{_file}: the points from {sequence} on cannot be read ({error.Message.TrimEnd('.')}); open the store with the version that wrote it.", error);
        }
    }

    // Damage that was not acknowledged (a failed write, followed by a segment that says so) leaves no hole.
    private void Missing(long until)
    {
        InLostShards(until);
        if (until > Head)
        {
            Gaps.Add(new Gap(Head + 1, until, _damage?.File ?? _file, _damage?.Bytes ?? 0,
                _damage is null ? "segment missing" : "segment damaged"));
            Head = until;
        }

        _damage = null;
    }

    private void InLostShards(long until)
    {
        foreach (Gap shard in lost.Where(shard => shard.FirstSequence <= until && shard.LastSequence > Head))
        {
            Gaps.Add(shard with { FirstSequence = Math.Max(shard.FirstSequence, Head + 1), LastSequence = Math.Min(shard.LastSequence, until) });
            Head = Gaps[^1].LastSequence;
        }
    }
}
