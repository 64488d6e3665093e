namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// Ready tasks of one lane: the lane pushes and pops at the bottom, others steal at the top (Chase and Lev, SPAA 2005, with the
/// orderings of Lê et al., PPoPP 2013). Holds numbers, so that nothing is allocated; grows by doubling.
/// </summary>
internal sealed class StealDeque
{
    private const int FirstCapacity = 1024;

    private readonly Action? _between;
    private int[] _ring = new int[FirstCapacity];

    // A cache line apart: the owner writes the one at every push, thieves the other.
    private PaddedCounters _at;

    /// <param name="between">
    /// Called between the steps of an operation that other threads can see, so that a test can try every order of them. Null in use.
    /// </param>
    public StealDeque(Action? between = null) => _between = between;

    /// <summary>An estimate to others, exact to the owner while nobody steals.</summary>
    public int Count => (int)Math.Max(0, Volatile.Read(ref _at.Bottom) - Volatile.Read(ref _at.Top));

    /// <summary>By the owner only.</summary>
    public void Push(int task)
    {
        long bottom = _at.Bottom;
        int[] ring = _ring;
        if (bottom - Volatile.Read(ref _at.Top) >= ring.Length)
        {
            ring = Grow(bottom);
        }

        ring[bottom & (ring.Length - 1)] = task;
        _between?.Invoke();
        Volatile.Write(ref _at.Bottom, bottom + 1);
    }

    /// <summary>By the owner only: the newest.</summary>
    /// <returns>-1 when there is none.</returns>
    public int Pop()
    {
        long bottom = _at.Bottom - 1;
        if (Volatile.Read(ref _at.Top) > bottom)
        {
            return -1;
        }

        // The claim of the last element must be seen before its rival's: a full fence, not only an ordered store.
        Interlocked.Exchange(ref _at.Bottom, bottom);
        _between?.Invoke();
        long top = Volatile.Read(ref _at.Top);
        if (top > bottom)
        {
            Volatile.Write(ref _at.Bottom, bottom + 1);
            return -1;
        }

        int task = _ring[bottom & (_ring.Length - 1)];
        if (top == bottom)
        {
            _between?.Invoke();
            if (Interlocked.CompareExchange(ref _at.Top, top + 1, top) != top)
            {
                task = -1;
            }

            Volatile.Write(ref _at.Bottom, bottom + 1);
        }

        return task;
    }

    /// <summary>By anyone: the oldest.</summary>
    /// <returns>-1 when there is none, -2 when another thread was faster.</returns>
    public int Steal()
    {
        long top = Volatile.Read(ref _at.Top);
        _between?.Invoke();
        Interlocked.MemoryBarrier();
        if (top >= Volatile.Read(ref _at.Bottom))
        {
            return -1;
        }

        // An old ring keeps its elements, so a thief that still sees it reads the right one or loses the exchange below.
        int[] ring = Volatile.Read(ref _ring);
        _between?.Invoke();
        int task = Volatile.Read(ref ring[top & (ring.Length - 1)]);
        _between?.Invoke();
        return Interlocked.CompareExchange(ref _at.Top, top + 1, top) == top ? task : -2;
    }

    /// <summary>
    /// By the owner of this one: takes from another what keeps its lane busy for a while, since each visit costs both lanes a cache line.
    /// </summary>
    /// <param name="most">Tasks that are pushed here beyond the one that is returned.</param>
    /// <returns>-1 when there is none.</returns>
    public int StealHalfOf(StealDeque other, int most)
    {
        int first = other.Steal();
        while (first == -2)
        {
            first = other.Steal();
        }

        for (int more = first < 0 ? 0 : Math.Min(other.Count / 2, most); more > 0; more--)
        {
            int task = other.Steal();
            if (task < 0)
            {
                break;
            }

            Push(task);
        }

        return first;
    }

    private int[] Grow(long bottom)
    {
        int[] old = _ring;
        int[] wider = new int[old.Length * 2];
        for (long at = Volatile.Read(ref _at.Top); at < bottom; at++)
        {
            wider[at & (wider.Length - 1)] = old[at & (old.Length - 1)];
        }

        Volatile.Write(ref _ring, wider);
        return wider;
    }

    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 256)]
    private struct PaddedCounters
    {
        [System.Runtime.InteropServices.FieldOffset(64)]
        public long Bottom;

        [System.Runtime.InteropServices.FieldOffset(192)]
        public long Top;
    }
}
