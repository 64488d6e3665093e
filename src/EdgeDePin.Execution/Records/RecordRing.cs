using System.Runtime.InteropServices;

namespace EdgeDePin.Execution.Records;

/// <summary>
/// The last records of one lane, between the lane that writes and the one reader that takes them away. The lane never waits:
/// when the ring is full it gives up the oldest record and counts it, so that <c>Written = Drained + Lost + Pending</c>.
/// </summary>
public sealed class RecordRing
{
    private readonly LaneRecord[] _slots;
    private readonly long _mask;
    private PaddedCounters _at;

    /// <param name="capacity">Records (128 B each); rounded up to a power of two.</param>
    public RecordRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _slots = new LaneRecord[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = _slots.Length - 1;
    }

    public int Capacity => _slots.Length;

    /// <summary>Every record that was ever written.</summary>
    public long Written => Volatile.Read(ref _at.Head);

    /// <summary>Records that the lane gave up because no reader came in time.</summary>
    public long Lost => Volatile.Read(ref _at.Lost);

    /// <summary>Records that the reader took.</summary>
    public long Drained => Volatile.Read(ref _at.Drained);

    public int Pending => (int)(Written - Volatile.Read(ref _at.Tail));

    /// <summary>The slot of the next record, to be filled and then <see cref="Commit"/>ted. By the lane only.</summary>
    internal ref LaneRecord Next()
    {
        long head = _at.Head;
        while (head - _at.KnownTail > _mask)
        {
            _at.KnownTail = Volatile.Read(ref _at.Tail);
            if (head - _at.KnownTail <= _mask)
            {
                break;
            }

            // The reader may be copying this very slot; its own exchange then fails, and it throws the copy away.
            if (Interlocked.CompareExchange(ref _at.Tail, _at.KnownTail + 1, _at.KnownTail) == _at.KnownTail)
            {
                Volatile.Write(ref _at.Lost, _at.Lost + 1);
                _at.KnownTail++;
            }
        }

        ref LaneRecord slot = ref _slots[head & _mask];
        slot.Sequence = head + 1;
        return ref slot;
    }

    internal void Commit() => Volatile.Write(ref _at.Head, _at.Head + 1);

    /// <summary>Takes the oldest records away. One reader only.</summary>
    /// <returns>How many were written to the start of <paramref name="into"/>.</returns>
    public int Drain(Span<LaneRecord> into)
    {
        // A lane that laps the reader spoils a long copy again and again; a shorter one gets through.
        for (int most = into.Length; ; most = Math.Max(1, most / 2))
        {
            long tail = Volatile.Read(ref _at.Tail);
            int count = (int)Math.Min(Volatile.Read(ref _at.Head) - tail, most);
            if (count <= 0)
            {
                return 0;
            }

            for (int i = 0; i < count; i++)
            {
                into[i] = _slots[(tail + i) & _mask];
            }

            if (Interlocked.CompareExchange(ref _at.Tail, tail + count, tail) == tail)
            {
                Volatile.Write(ref _at.Drained, _at.Drained + count);
                return count;
            }
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct PaddedCounters
    {
        // Written by the lane.
        [FieldOffset(64)]
        public long Head;

        [FieldOffset(72)]
        public long KnownTail;

        [FieldOffset(80)]
        public long Lost;

        // Written by the reader, and by the lane only when it is full.
        [FieldOffset(160)]
        public long Tail;

        [FieldOffset(168)]
        public long Drained;
    }
}
