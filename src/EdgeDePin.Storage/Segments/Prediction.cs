namespace EdgeDePin.Storage.Segments;

/// <summary>
/// What a point is expected to be, from the points before it in its frame: writer and reader of a frame keep the same
/// expectations, so only what differs from them is stored.
/// </summary>
internal static class Prediction
{
    /// <summary>Which series comes next: the one that came next the last time, at first the next number.</summary>
    internal sealed class Order(int series)
    {
        private readonly int[] _follower = [.. Enumerable.Range(1, series)];
        private int _last = -1;

        public int Expected => _last < 0 ? 0 : _follower[_last];

        public void Saw(int series)
        {
            if (_last >= 0)
            {
                _follower[_last] = series;
            }

            _last = series;
        }
    }

    /// <summary>Which instant a series has next: as far behind its last as that was behind the one before.</summary>
    internal sealed class Clock(int series)
    {
        private readonly long[] _last = new long[series];
        private readonly long[] _step = new long[series];
        private readonly bool[] _seen = new bool[series];
        private long _newest;
        private long _newestStep;

        public long Expected(int series) => unchecked(!_seen[series] ? _newest : _last[series] + (_step[series] == 0 ? _newestStep : _step[series]));

        public void Saw(int series, long instant)
        {
            if (_seen[series])
            {
                _step[series] = _newestStep = unchecked(instant - _last[series]);
            }

            (_last[series], _seen[series], _newest) = (instant, true, instant);
        }
    }

    /// <summary>Which value a series has next: its last, at first the last of any.</summary>
    internal struct Level(int series)
    {
        private readonly long[] _last = new long[series];
        private readonly bool[] _seen = new bool[series];
        private long _newest;

        public readonly long Expected(int series) => _seen[series] ? _last[series] : _newest;

        public void Saw(int series, long value) => (_last[series], _seen[series], _newest) = (value, true, value);
    }
}
