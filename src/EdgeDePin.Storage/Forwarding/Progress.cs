using System.Collections.Immutable;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>
/// What a destination has: everything up to the cursor, and the ranges ahead of it that the live lane has delivered while
/// older points wait. The ranges are sorted, do not touch the cursor and do not overlap. Nothing outside this set was
/// delivered, nothing inside it waits.
/// </summary>
/// <param name="Cursor">Every sequence up to here is delivered, quarantined or not meant for this destination.</param>
/// <param name="Ahead">The last one is where the live lane works; it may be empty just after a leap.</param>
internal sealed record Progress(long Cursor, ImmutableArray<SequenceRange> Ahead)
{
    /// <summary>So many outages within one catch-up; in a further one the live lane does not leap but works in order.</summary>
    public const int Slots = 16;

    /// <summary>Up to here the live lane has been.</summary>
    public long Live => Ahead.IsEmpty ? Cursor : Ahead[^1].Until;

    /// <summary>The end of the points that the backlog lane has to bring; null when there are none.</summary>
    public long? BacklogUntil => Ahead.IsEmpty ? null : Ahead[0].After;

    /// <summary>Sequences that wait in either lane.</summary>
    public long Waiting(long head) => Math.Max(0, head - Cursor - Ahead.Sum(range => range.Until - range.After));

    /// <summary>Leaves what lies between the live lane and <paramref name="after"/> to the backlog lane.</summary>
    public Progress Leap(long after)
    {
        if (after <= Live)
        {
            return this;
        }

        if (!Ahead.IsEmpty && Ahead[^1].IsEmpty)
        {
            return this with { Ahead = Ahead.SetItem(Ahead.Length - 1, Ahead[^1] with { After = after, Until = after }) };
        }

        int free = Enumerable.Range(0, Slots).Except(Ahead.Select(range => range.Slot)).FirstOrDefault(-1);
        return free < 0 ? this : this with { Ahead = Ahead.Add(new SequenceRange(free, after, after)) };
    }

    /// <summary>The live lane has delivered up to <paramref name="sequence"/>.</summary>
    public Progress LiveTo(long sequence) => Ahead.IsEmpty
        ? this with { Cursor = Math.Max(Cursor, sequence) }
        : this with { Ahead = Ahead.SetItem(Ahead.Length - 1, Ahead[^1] with { Until = Math.Max(Ahead[^1].Until, sequence) }) };

    /// <summary>The backlog lane has delivered up to <paramref name="sequence"/>; ranges that it reaches become part of the cursor.</summary>
    public Progress BacklogTo(long sequence)
    {
        long cursor = Math.Max(Cursor, sequence);
        int reached = 0;
        while (reached < Ahead.Length && Ahead[reached].After <= cursor)
        {
            cursor = Math.Max(cursor, Ahead[reached++].Until);
        }

        return new Progress(cursor, Ahead.RemoveRange(0, reached));
    }

    /// <summary>As if nothing ahead of the cursor had been delivered.</summary>
    public Progress InOrderAgain() => this with { Ahead = [] };
}
