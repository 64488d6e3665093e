namespace EdgeDePin.Storage.Duck;

/// <summary>Who reads just now. Files that queries may have open go when the last query that began before is gone.</summary>
internal sealed class Readers
{
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _reading = [];
    private readonly List<(long After, Action Work)> _waiting = [];
    private long _last;

    /// <summary>Somebody begins to read.</summary>
    /// <returns>What to call once when done.</returns>
    public Action Enter()
    {
        lock (_lock)
        {
            long ticket = ++_last;
            _reading.Add(ticket);
            return () => Leave(ticket);
        }
    }

    /// <summary>Does something when everybody who reads now is gone; at once where nobody reads.</summary>
    public void WhenGone(Action work)
    {
        lock (_lock)
        {
            _waiting.Add((_last, work));
        }

        DoDue();
    }

    private void Leave(long ticket)
    {
        lock (_lock)
        {
            _reading.Remove(ticket);
        }

        DoDue();
    }

    private void DoDue()
    {
        List<Action> due;
        lock (_lock)
        {
            long first = _reading.Count == 0 ? long.MaxValue : _reading.Min;
            due = _waiting.FindAll(one => one.After < first).ConvertAll(one => one.Work);
            _waiting.RemoveAll(one => one.After < first);
        }

        foreach (Action work in due)
        {
            try
            {
                work();
            }
            catch (IOException)
            {
                // The next start finds the mark and tries again.
            }
        }
    }
}
