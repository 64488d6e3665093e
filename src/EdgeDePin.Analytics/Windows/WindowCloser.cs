using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// Sorts readings into windows and hands a window out when no more readings are expected for it. It knows no clock but the readings' own
/// instants, so a replay at any speed gives the same windows. Not thread-safe: one loop owns it.
/// </summary>
/// <remarks>
/// The watermark is the newest instant seen, less the allowed lateness. A window closes when the watermark reaches its end; so the order of arrival
/// does not matter as long as nothing is later than that. A reading that is later opens its window again, once: the window waits the lateness for
/// others like it, and is handed out a second time, whole, with <see cref="Window.Revision"/> 1; that result takes the place of the first. Windows
/// without readings do not exist.
/// </remarks>
public sealed class WindowCloser
{
    /// <summary>17 minutes of 64 sensors at 1 Hz, in 2.5 MiB (a reading is 40 B).</summary>
    public const int DefaultCapacity = 65_536;

    // By their ends: that is the order in which they close.
    private readonly SortedDictionary<(long Until, long From), List<Reading>> _open = [];
    private readonly SortedDictionary<(long Until, long From), Closed> _kept = [];
    private readonly WindowShape _shape;
    private readonly TimeSpan _lateness;
    private readonly TimeSpan _keep;
    private readonly int _capacity;
    private long _closedUntil = long.MinValue;
    private DateTimeOffset _newest = DateTimeOffset.MinValue;

    /// <param name="length">Length of every window; windows begin at multiples of it since year 1, hence at full minutes and hours.</param>
    /// <param name="lateness">How much older than the newest a reading may be and still count. 0 or more.</param>
    /// <param name="capacity">Readings held; when they are full the oldest window is closed early, and what comes later for it is late.</param>
    public WindowCloser(TimeSpan length, TimeSpan lateness, int capacity = DefaultCapacity)
        : this(new WindowShape.Tumbling(length), lateness, TimeSpan.Zero, capacity)
    {
    }

    /// <param name="keep">How long after its end a closed window can be opened again. 0: never.</param>
    /// <param name="capacity">Readings held, those of closed windows included; they are given up first.</param>
    public WindowCloser(WindowShape shape, TimeSpan lateness, TimeSpan keep, int capacity = DefaultCapacity)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfLessThan(lateness, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_shape, _lateness, _keep, _capacity) = (shape, lateness, keep, capacity);
    }

    /// <summary>Readings that came after their window had closed for good. They are in the store, but in no window.</summary>
    public long Late { get; private set; }

    /// <summary>Windows that were closed before their time because the readings held were full.</summary>
    public long ClosedEarly { get; private set; }

    /// <summary>Windows that a late reading opened again.</summary>
    public long Reopened { get; private set; }

    /// <summary>Readings in windows that are open, or closed and kept.</summary>
    public int Held { get; private set; }

    /// <returns>The windows that this reading closed, oldest first; usually none.</returns>
    public IReadOnlyList<Window> Add(Reading reading)
    {
        var closed = new List<Window>();
        bool taken = false;
        foreach ((DateTimeOffset from, DateTimeOffset until) in _shape.At(reading.ObservedAt))
        {
            taken |= until.UtcTicks > _closedUntil ? Open((until.UtcTicks, from.UtcTicks), reading, closed) : Reopen((until.UtcTicks, from.UtcTicks), reading, closed);
        }

        Late += taken ? 0 : 1;
        closed.AddRange(AdvanceTo(reading.ObservedAt));
        return closed;
    }

    /// <summary>Says that it is now this late, as a clock would when no readings come.</summary>
    /// <returns>The windows that this closed, oldest first.</returns>
    public IReadOnlyList<Window> AdvanceTo(DateTimeOffset instant)
    {
        if (instant <= _newest)
        {
            return [];
        }

        _newest = instant;
        var closed = new List<Window>();
        long watermark = Math.Max(0, instant.UtcTicks - _lateness.Ticks);
        foreach (((long Until, long From) span, Closed kept) in _kept.ToArray())
        {
            if (kept.DueTicks <= instant.UtcTicks)
            {
                closed.Add(Revise(span, kept));
            }

            if (span.Until + _keep.Ticks <= watermark)
            {
                Forget(span, closed);
            }
        }

        while (_open.Count > 0 && _open.First().Key.Until <= watermark)
        {
            closed.Add(CloseOldest());
        }

        _closedUntil = Math.Max(_closedUntil, watermark);
        return closed;
    }

    /// <summary>Closes everything: the end of a replay.</summary>
    public IReadOnlyList<Window> Flush()
    {
        var closed = new List<Window>();
        while (_open.Count > 0)
        {
            closed.Add(CloseOldest());
        }

        while (_kept.Count > 0)
        {
            Forget(_kept.First().Key, closed);
        }

        return closed;
    }

    private bool Open((long Until, long From) span, Reading reading, List<Window> closed)
    {
        MakeRoom(closed);
        if (span.Until <= _closedUntil)
        {
            return false;
        }

        if (!_open.TryGetValue(span, out List<Reading>? readings))
        {
            _open.Add(span, readings = []);
        }

        readings.Add(reading);
        Held++;
        return true;
    }

    private bool Reopen((long Until, long From) span, Reading reading, List<Window> closed)
    {
        bool isOver = _keep == TimeSpan.Zero || span.Until + _keep.Ticks <= Math.Max(0, _newest.UtcTicks - _lateness.Ticks);
        if (isOver || (_kept.TryGetValue(span, out Closed? known) && known.Readings is null))
        {
            return false;
        }

        MakeRoom(closed);
        if (!_kept.TryGetValue(span, out Closed? kept))
        {
            // Nothing had come for it; or it was given up for room, and what would be handed out now would lack what it had.
            if (ClosedEarly > 0)
            {
                return false;
            }

            _kept.Add(span, kept = new Closed([]));
        }

        if (kept.DueTicks is null)
        {
            kept.DueTicks = _newest.UtcTicks + Math.Max(1, _lateness.Ticks);
            Reopened++;
        }

        kept.Readings!.Add(reading);
        Held++;
        return true;
    }

    private void MakeRoom(List<Window> closed)
    {
        while (Held >= _capacity)
        {
            if (_kept.Count > 0)
            {
                Forget(_kept.First().Key, closed);
                continue;
            }

            ClosedEarly++;
            closed.Add(CloseOldest());
            if (_kept.Count > 0)
            {
                Forget(_kept.First().Key, closed);
            }
        }
    }

    private Window CloseOldest()
    {
        ((long Until, long From) span, List<Reading> readings) = _open.First();
        _open.Remove(span);
        _closedUntil = Math.Max(_closedUntil, span.Until);
        if (_keep > TimeSpan.Zero)
        {
            _kept.Add(span, new Closed(readings));
        }
        else
        {
            Held -= readings.Count;
        }

        return Ordered(span, readings, revision: 0);
    }

    // What was handed out twice is remembered without its readings: a third time there is not.
    private Window Revise((long Until, long From) span, Closed kept)
    {
        Window window = Ordered(span, kept.Readings!, revision: 1);
        Held -= kept.Readings!.Count;
        (kept.Readings, kept.DueTicks) = (null, null);
        return window;
    }

    private void Forget((long Until, long From) span, List<Window> closed)
    {
        Closed kept = _kept[span];
        if (kept.DueTicks is not null)
        {
            closed.Add(Revise(span, kept));
        }

        Held -= kept.Readings?.Count ?? 0;
        _kept.Remove(span);
    }

    // Value and verdict are the last keys so that two readings that claim the same instant stand in the same order everywhere.
    private static Window Ordered((long Until, long From) span, List<Reading> readings, int revision) => new(
        new DateTimeOffset(span.From, TimeSpan.Zero), new DateTimeOffset(span.Until, TimeSpan.Zero), [.. readings
            .OrderBy(reading => reading.Sensor.Value, StringComparer.Ordinal)
            .ThenBy(reading => reading.Quantity.Name, StringComparer.Ordinal)
            .ThenBy(reading => reading.ObservedAt)
            .ThenBy(reading => reading.Value)
            .ThenBy(reading => reading.Quality.Verdict)
            .ThenBy(reading => reading.Quality.Reason)])
    { Revision = revision };

    /// <param name="readings">Null once it was handed out again.</param>
    private sealed class Closed(List<Reading> readings)
    {
        public List<Reading>? Readings = readings;

        /// <summary>When it is handed out again; null while nothing came late.</summary>
        public long? DueTicks;
    }
}
