using EdgeDePin.Model;

namespace EdgeDePin.Node;

/// <summary>
/// Counts the numbers of readings that did not come: dropped by a full inbox, or by a hub that could not keep them. Messages may come
/// twice, and may change their order.
/// </summary>
internal sealed class MissingReadings
{
    /// <summary>Far more modules than read sensors for one store; those beyond are not counted.</summary>
    private const int MaxSenders = 64;

    /// <summary>Holes that may still be filled; older ones stay counted.</summary>
    private const int MaxHoles = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Module, string Boot), Sender> _senders = [];

    public long Total
    {
        get
        {
            lock (_lock)
            {
                return _senders.Values.Sum(sender => sender.Missing);
            }
        }
    }

    public void Count(string module, SenMlPack pack)
    {
        if (pack.Boot is null)
        {
            return;
        }

        lock (_lock)
        {
            if (!_senders.TryGetValue((module, pack.Boot), out Sender? sender))
            {
                if (_senders.Count == MaxSenders)
                {
                    return;
                }

                _senders[(module, pack.Boot)] = sender = new Sender();
            }

            foreach (StampedReading stamped in pack.Stamped.Where(stamped => stamped.Sequence > 0))
            {
                sender.Take(stamped.Sequence, stamped.Uptime ?? TimeSpan.Zero);
            }
        }
    }

    /// <summary>One module in one start of its device.</summary>
    private sealed class Sender
    {
        private readonly List<(long First, long Last)> _holes = [];
        private TimeSpan _newest;
        private long _last;

        public long Missing { get; private set; }

        public void Take(long number, TimeSpan uptime)
        {
            // A copy of the first reading is old; the first of another run of the module is new.
            if (_last == 0 || (number == 1 && uptime > _newest))
            {
                _holes.Clear();
                _last = number - 1;
            }

            _newest = uptime > _newest ? uptime : _newest;
            if (number <= _last)
            {
                Fill(number);
                return;
            }

            if (number > _last + 1)
            {
                _holes.Add((_last + 1, number - 1));
                Missing += number - _last - 1;
                if (_holes.Count > MaxHoles)
                {
                    _holes.RemoveAt(0);
                }
            }

            _last = number;
        }

        private void Fill(long number)
        {
            int at = _holes.FindIndex(hole => hole.First <= number && number <= hole.Last);
            if (at < 0)
            {
                return;
            }

            (long first, long last) = _holes[at];
            _holes.RemoveAt(at);
            if (number < last)
            {
                _holes.Insert(at, (number + 1, last));
            }

            if (first < number)
            {
                _holes.Insert(at, (first, number - 1));
            }

            Missing--;
        }
    }
}
