using System.Numerics;

namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// Who goes next: the ready task with the highest priority, then rank, then longest wait, whose needs can be met now. Pure: it
/// starts nothing and knows no clock; lanes call it under their lock and the simulation calls it in virtual time.
/// </summary>
internal sealed class Dispatcher
{
    /// <summary>
    /// So often a task is passed over because it does not fit; from then on nothing else begins until it does. Without this a
    /// task that needs all cores would wait for ever behind small ones.
    /// </summary>
    public const int MaxPassedOver = 64;

    private readonly IReadOnlyList<TaskNeeds>? _needs;
    private readonly IReadOnlyList<double>? _ranks;
    private readonly PriorityQueue<Entry, Place> _ready = new();
    private readonly List<Entry> _passed = [];
    private readonly int[] _tokens;
    private int _cores;
    private long _memory;
    private long _arrivals;

    public Dispatcher(Resources resources, IReadOnlyList<TaskNeeds>? needs, IReadOnlyList<double>? ranks)
    {
        (_needs, _ranks, _cores, _memory) = (needs, ranks, resources.Cores, resources.MemoryBytes);
        _tokens = [.. resources.Tokens.Select(token => token.Count)];
    }

    public int Ready => _ready.Count;

    public int FreeCores => _cores;

    /// <summary>Tasks beyond the graph (spawned ones) ask for one core and have the priority of nobody in particular.</summary>
    public TaskNeeds NeedsOf(int task) => _needs is not null && task < _needs.Count ? _needs[task] : new TaskNeeds(Cores: 1);

    public void Add(int task) => Add(task, NeedsOf(task), _ranks is not null && task < _ranks.Count ? _ranks[task] : 0);

    /// <summary>For work that is in no table.</summary>
    public void Add(int task, TaskNeeds needs, double rank)
    {
        var entry = new Entry(task, needs, new Place(needs.Priority, rank, _arrivals++));
        _ready.Enqueue(entry, entry.Place);
    }

    /// <summary>Everything that is ready and not taken, in no order.</summary>
    public IEnumerable<int> Waiting() => _ready.UnorderedItems.Select(item => item.Element.Task);

    /// <summary>Of those that are meant, the one that would be taken last; -1 when there is none.</summary>
    public int Last(Predicate<int> which) =>
        _ready.UnorderedItems.Select(item => item.Element).Where(entry => which(entry.Task)).MaxBy(entry => entry.Place)?.Task ?? -1;

    /// <summary>It is ready no more.</summary>
    public void Remove(int task)
    {
        Entry? entry = _ready.UnorderedItems.Select(item => item.Element).FirstOrDefault(entry => entry.Task == task);
        if (entry is not null)
        {
            _ready.Remove(entry, out _, out _);
        }
    }

    /// <summary>Takes the next task that fits and books what it needs.</summary>
    /// <param name="passedOver">Whether it had to wait for what it needs.</param>
    /// <returns>-1 when none fits now.</returns>
    public int TryTake(out bool passedOver)
    {
        int task = -1;
        passedOver = false;
        while (_cores > 0 && _ready.TryDequeue(out Entry? next, out _))
        {
            if (Fits(next.Needs))
            {
                (task, passedOver) = (next.Task, next.PassedOver > 0);
                Book(next.Needs, -1);
                break;
            }

            _passed.Add(next);
            if (++next.PassedOver > MaxPassedOver)
            {
                break;
            }
        }

        foreach (Entry entry in _passed)
        {
            _ready.Enqueue(entry, entry.Place);
        }

        _passed.Clear();
        return task;
    }

    /// <summary>Gives back what a task held.</summary>
    public void Release(int task) => Release(NeedsOf(task));

    public void Release(TaskNeeds needs) => Book(needs, 1);

    private bool Fits(TaskNeeds needs)
    {
        if (needs.Cores > _cores || needs.MemoryBytes > _memory)
        {
            return false;
        }

        for (ulong left = needs.Tokens; left != 0; left &= left - 1)
        {
            if (_tokens[BitOperations.TrailingZeroCount(left)] == 0)
            {
                return false;
            }
        }

        return true;
    }

    private void Book(TaskNeeds needs, int sign)
    {
        _cores += sign * needs.Cores;
        _memory += sign * needs.MemoryBytes;
        for (ulong left = needs.Tokens; left != 0; left &= left - 1)
        {
            _tokens[BitOperations.TrailingZeroCount(left)] += sign;
        }
    }

    private sealed class Entry(int task, TaskNeeds needs, Place place)
    {
        public int Task { get; } = task;
        public TaskNeeds Needs { get; } = needs;
        public Place Place { get; } = place;
        public int PassedOver { get; set; }
    }

    private readonly record struct Place(short Priority, double Rank, long Arrival) : IComparable<Place>
    {
        public int CompareTo(Place other)
        {
            int byPriority = other.Priority.CompareTo(Priority);
            int byRank = byPriority != 0 ? byPriority : other.Rank.CompareTo(Rank);
            return byRank != 0 ? byRank : Arrival.CompareTo(other.Arrival);
        }

        public static bool operator <(Place left, Place right) => left.CompareTo(right) < 0;
        public static bool operator >(Place left, Place right) => left.CompareTo(right) > 0;
        public static bool operator <=(Place left, Place right) => left.CompareTo(right) <= 0;
        public static bool operator >=(Place left, Place right) => left.CompareTo(right) >= 0;
    }
}
