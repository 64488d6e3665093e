using EdgeDePin.Storage;

namespace EdgeDePin.Node.Clocks;

/// <summary>
/// The rows of measurement <c>storage_clock</c>: by which clock readings were stamped from which sequence on, and what was moved. It is in
/// the store with the readings, so that a step is recognised and finished after a restart, too.
/// </summary>
internal sealed class ClockLedger(NodeOptions node, Store store, string boot)
{
    public const string Measurement = "storage_clock";

    /// <summary>Far more than any clock needs; with so many it is not known any more what belongs to which.</summary>
    public const int MaxSpans = 1_000;

    private const string Other = "Other", Moved = "Moved";

    private readonly List<ClockSpan> _spans = [];
    private long _last;
    private long _number;

    /// <summary>Of this start of the device, oldest first.</summary>
    public IReadOnlyList<ClockSpan> Spans => _spans;

    /// <summary>What was stored up to this sequence was moved already, where it had to be.</summary>
    public long MovedTo { get; private set; }

    /// <exception cref="StoreException">The store does not answer; nothing is loaded then.</exception>
    public void Load(DateTimeOffset now)
    {
        string query = $"SELECT booted_at, state, after, number FROM {Measurement} WHERE boot = '{boot}' AND node = '{node.Name}' AND site = '{node.Site}'";
        var numbered = new SortedDictionary<long, ClockSpan>();
        foreach (FieldValue?[] row in store.Query(query, now).Rows())
        {
            (string state, long after) = (row[2]!.Value.AsString, row[3]!.Value.AsInteger);
            _last = Math.Max(_last, row[0]!.Value.AsInteger);
            _number = Math.Max(_number, row[4]!.Value.AsInteger);
            if (state == Moved)
            {
                MovedTo = Math.Max(MovedTo, after);
                continue;
            }

            var bootedAt = new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + (row[1]!.Value.AsInteger / 100), TimeSpan.Zero);
            // Rows come in the order of their instants, and those of a clock that was set back are out of turn.
            numbered[row[4]!.Value.AsInteger] =
                new ClockSpan(bootedAt, state == Other ? ClockState.Held : Enum.Parse<ClockState>(state), after, state == Other);
        }

        _spans.AddRange(numbered.Values);
    }

    /// <summary>The row that begins a span; once it is durable, <see cref="Add"/> it.</summary>
    public Point RowOf(ClockSpan span, DateTimeOffset now) => Row(
        now, span.IsOther ? Other : span.State.ToString(), span.After, new Field("booted_at", Point.InstantOf(span.BootedAt)));

    public void Add(ClockSpan span) => _spans.Add(span);

    /// <param name="to">What was stored up to this sequence is done.</param>
    public Point RowOfMove(long to, long points, DateTimeOffset now) => Row(now, Moved, to, new Field("booted_at", 0L), new Field("points", points));

    public void Done(long to) => MovedTo = Math.Max(MovedTo, to);

    private Point Row(DateTimeOffset now, string state, long after, params IEnumerable<Field> fields)
    {
        // Two rows of one instant would be one.
        _last = Math.Max(Point.InstantOf(now), _last + 1);
        return new Point(
            Measurement, [new("site", node.Site), new("node", node.Name)],
            [new("boot", FieldValue.String(boot)), new("state", FieldValue.String(state)), new("after", after), new("number", ++_number), .. fields], _last);
    }
}
