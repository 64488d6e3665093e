using System.Collections.Immutable;
using EdgeDePin.Storage.Batches;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage.Segments;

/// <summary>Reads all segments at a start: hands the points on, keeps the state, repairs what is damaged and says what is missing.</summary>
/// <param name="inShards">The last sequence that a shard holds; frames up to it are passed over.</param>
internal sealed class Replay(SegmentFolder folder, long inShards, TimeProvider time, ILogger logger)
{
    private string _file = "";
    private (string File, long Bytes)? _damage;
    private bool _afterPoints;

    /// <summary>The last sequence that is there or was acknowledged.</summary>
    public long Head { get; private set; }

    /// <summary>The highest epoch named; 0 where none is.</summary>
    public long Epoch { get; private set; }

    /// <summary>Whether the last life of the store ended in order.</summary>
    public bool EndedInOrder { get; private set; } = true;

    public ImmutableDictionary<string, long> Cursors { get; private set; } = ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

    public QuarantineList Quarantine { get; } = new();

    public List<Gap> Gaps { get; } = [];

    public List<string> MovedAside { get; } = [];

    public delegate void PointVisitor(long sequence, PointBatch points);

    /// <param name="points">Receives the points of each frame, oldest first, with the sequence of the first.</param>
    /// <exception cref="IOException">A frame that is whole cannot be read: it was written by a later version.</exception>
    public void Run(PointVisitor points)
    {
        Head = inShards;
        foreach (string path in folder.Files)
        {
            _file = Path.GetFileName(path);
            byte[] content = File.ReadAllBytes(path);
            bool damaged = false;
            SegmentScan.Visit(content, frame => Take(frame, points), (_, length) =>
            {
                _damage = (_file, (_damage?.Bytes ?? 0) + length);
                damaged = true;
            });
            if (damaged)
            {
                List<string> aside = folder.Repair(path, content, time.GetUtcNow());
                MovedAside.AddRange(aside);
                logger.Damaged(path, "bytes that are no whole frame", string.Join(", ", aside));
            }
        }

        if (_damage is { } cut)
        {
            EndedInOrder = false;
            Gaps.Add(new Gap(Head + 1, Head, cut.File, cut.Bytes, "end of the log damaged"));
        }
    }

    private void Take(Frame frame, PointVisitor points)
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
                points(frame.Sequence, Points(frame));
                break;
            case FrameKind.Cursor:
                Cursors = Cursors.SetItem(System.Text.Encoding.UTF8.GetString(frame.Payload), frame.Sequence);
                break;
            case FrameKind.Quarantined:
                Quarantine.Restore(frame.Sequence, frame.Payload);
                break;
            default:
                break;
        }
    }

    private PointBatch Points(Frame frame)
    {
        var batch = new PointBatch();
        if (frame.Kind == FrameKind.Lines)
        {
            BatchLines.Read(frame.Payload, defaultInstant: 0, precision: 1, batch);
            return batch;
        }

        try
        {
            PointsDecoder.Read(frame.Payload, frame.Count, batch);
            return batch;
        }
        catch (InvalidDataException error)
        {
            throw new IOException(
                $"{_file}: the points from {frame.Sequence} on cannot be read ({error.Message.TrimEnd('.')}); open the store with the version that wrote it.", error);
        }
    }

    // Damage that was not acknowledged (a failed write, followed by a segment that says so) leaves no hole.
    private void Missing(long until)
    {
        if (until > Head)
        {
            Gaps.Add(new Gap(Head + 1, until, _damage?.File ?? _file, _damage?.Bytes ?? 0,
                _damage is null ? "segment missing" : "segment damaged"));
            Head = until;
        }

        _damage = null;
    }
}
