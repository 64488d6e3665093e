using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>
/// Sorts readings into windows of equal length and hands a window out when no more readings are expected for it. It knows no
/// clock but the readings' own instants, so a replay at any speed gives the same windows. Not thread-safe: one loop owns it.
/// </summary>
/// <remarks>
/// The watermark is the newest instant seen, less the allowed lateness. A window closes when the watermark reaches its end;
/// so the order of arrival does not matter as long as nothing is later than that. Windows without readings do not exist.
/// </remarks>
public sealed class WindowCloser
{
    /// <summary>17 minutes of 64 sensors at 1 Hz, in 2.5 MiB (a reading is 40 B).</summary>
    public const int DefaultCapacity = 65_536;

    private readonly SortedDictionary<long, List<Reading>> _open = [];
    private readonly TimeSpan _length;
    private readonly TimeSpan _lateness;
    private readonly int _capacity;
    private long _closedUntil = long.MinValue;
    private DateTimeOffset _newest = DateTimeOffset.MinValue;
    private int _held;

    /// <param name="length">Length of every window; windows begin at multiples of it since year 1, hence at full minutes and hours.</param>
    /// <param name="lateness">How much older than the newest a reading may be and still count. 0 or more.</param>
    /// <param name="capacity">Readings held; when they are full the oldest window is closed early, and what comes later for it is late.</param>
    public WindowCloser(TimeSpan length, TimeSpan lateness, int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(lateness, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_length, _lateness, _capacity) = (length, lateness, capacity);
    }

    /// <summary>Readings that came after their window had closed. They are in the store, but in no window.</summary>
    public long Late { get; private set; }

    /// <summary>Windows that were closed before their time because the readings held were full.</summary>
    public long ClosedEarly { get; private set; }

    /// <summary>Readings in windows that are still open.</summary>
    public int Held => _held;

    /// <returns>The windows that this reading closed, oldest first; usually none.</returns>
    public IReadOnlyList<Window> Add(Reading reading)
    {
        long window = reading.ObservedAt.UtcTicks / _length.Ticks;
        if (window < _closedUntil)
        {
            Late++;
            return [];
        }

        var closed = new List<Window>();
        if (_held == _capacity)
        {
            ClosedEarly++;
            closed.Add(CloseOldest());
            if (window < _closedUntil)
            {
                Late++;
                return closed;
            }
        }

        if (!_open.TryGetValue(window, out List<Reading>? readings))
        {
            _open.Add(window, readings = []);
        }

        readings.Add(reading);
        _held++;
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
        long until = Math.Max(0, instant.UtcTicks - _lateness.Ticks) / _length.Ticks;
        return CloseBefore(until);
    }

    /// <summary>Closes everything: the end of a replay.</summary>
    public IReadOnlyList<Window> Flush() => _open.Count == 0 ? [] : CloseBefore(_open.Keys.Last() + 1);

    private List<Window> CloseBefore(long until)
    {
        var closed = new List<Window>();
        while (_open.Count > 0 && _open.First().Key < until)
        {
            closed.Add(CloseOldest());
        }

        _closedUntil = Math.Max(_closedUntil, until);
        return closed;
    }

    private Window CloseOldest()
    {
        (long window, List<Reading> readings) = _open.First();
        _open.Remove(window);
        _held -= readings.Count;
        _closedUntil = window + 1;
        var from = new DateTimeOffset(window * _length.Ticks, TimeSpan.Zero);

        // The value is the last key so that two readings that claim the same instant stand in the same order everywhere.
        return new Window(from, from + _length, [.. readings
            .OrderBy(reading => reading.Sensor.Value, StringComparer.Ordinal)
            .ThenBy(reading => reading.Quantity.Name, StringComparer.Ordinal)
            .ThenBy(reading => reading.ObservedAt)
            .ThenBy(reading => reading.Value)]);
    }
}
