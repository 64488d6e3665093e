using EdgeDePin.Storage;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>
/// The numbers that a tortured store must hold: every one from 1 without a hole, each once, less those that retention dropped
/// and counted in <c>storage_loss</c>.
/// </summary>
/// <param name="mayRepeat">Whether a batch may have been appended a second time after a failure.</param>
internal sealed class NumberLedger(bool mayRepeat, Action<string> violation)
{
    private const string Loss = "storage_loss";
    private const string Gap = "storage_gap";

    /// <summary>Points dropped, by series and the instant of the last of them: written again after a death, a row says the same.</summary>
    private readonly Dictionary<(string Series, long Last), long> _dropped = [];
    private readonly Dictionary<(string Series, string Reason, long Last), long> _worn = [];

    /// <summary>The last sequence read.</summary>
    public long Head { get; private set; }

    /// <summary>The last number read.</summary>
    public long Stored { get; private set; }

    public long Missing { get; private set; }

    public long Duplicated { get; private set; }

    /// <summary>Appends of which half a frame was on the disk; none of them was acknowledged.</summary>
    public long Torn { get; private set; }

    public long Dropped => _dropped.Values.Sum();

    /// <summary>Points beside the numbers that became less by thinning.</summary>
    public long Thinned => _worn.Where(row => row.Key.Reason.StartsWith("thinned", StringComparison.Ordinal)).Sum(row => row.Value);

    /// <param name="rows">Everything behind <see cref="Head"/>.</param>
    public void Take(IReadOnlyList<StoredPoint> rows, string when)
    {
        foreach (StoredPoint row in rows.Where(row => row.Point.Measurement == Loss && Text(row.Point, "source") == TortureWriter.Measurement))
        {
            _dropped[(Text(row.Point, "tag_set"), row.Point.Instant)] = Number(row.Point, "points");
        }

        foreach (StoredPoint row in rows.Where(row => row.Point.Measurement == Loss && Text(row.Point, "source") == TortureWriter.Worn))
        {
            _worn[(Text(row.Point, "tag_set"), Text(row.Point, "reason"), row.Point.Instant)] = Number(row.Point, "points");
        }

        foreach (StoredPoint row in rows)
        {
            Expect(row.Sequence > Head, $"{when}: sequence {row.Sequence} after {Head}");
            Head = row.Sequence;
            switch (row.Point.Measurement)
            {
                case TortureWriter.Measurement:
                    Take(row.Point, when);
                    break;
                case TortureWriter.Worn:
                    break;
                case Gap:
                    // A write that a kill or an error cut short leaves half a frame at the end of the log, and no sequence is missing.
                    Torn++;
                    Expect(Text(row.Point, "reason") == "end of the log damaged" && Number(row.Point, "last_sequence") < Number(row.Point, "first_sequence"), $"{when}: a row about damage: {row.Point}");
                    break;
                default:
                    Expect(row.Point.Measurement == Loss, $"{when}: a row of nobody: {row.Point}");
                    break;
            }
        }
    }

    /// <summary>What was acknowledged is there.</summary>
    public void Reaches(long acknowledged, string when)
    {
        Missing += Math.Max(0, acknowledged - Stored);
        Expect(Stored >= acknowledged, $"{when}: {acknowledged} was acknowledged and the store ends at {Stored}");
    }

    /// <summary>Everything that the store holds at the end, and what it says to have dropped, are all numbers.</summary>
    public void Close(IEnumerable<StoredPoint> all, long points)
    {
        long first = 0, last = 0, distinct = 0, others = 0, worn = 0;
        foreach (StoredPoint row in all)
        {
            if (row.Point.Measurement != TortureWriter.Measurement)
            {
                others++;
                worn += row.Point.Measurement == TortureWriter.Worn ? 1 : 0;
                continue;
            }

            long number = row.Point.Instant;
            Expect(first == 0 || number == last + 1 || (mayRepeat && number <= last), $"at the end: number {number} after {last}");
            first = first == 0 ? number : first;
            distinct += number > last ? 1 : 0;
            last = Math.Max(last, number);
        }

        Expect(last == Stored, $"at the end: the last number is {last} of {Stored}");
        long counted = _dropped.Where(row => row.Key.Last < first).Sum(row => row.Value);
        Expect(mayRepeat ? counted >= first - 1 : counted == first - 1, $"at the end: numbers begin at {first}, and {counted} points are counted as dropped before it");
        // A death between the row and the deed, and a merge before the next try, may count a point twice; none goes uncounted.
        Expect(worn + _worn.Values.Sum() >= Stored, $"at the end: {worn} points beside {Stored} numbers, and {_worn.Values.Sum()} are counted as lost");
        Expect(points <= distinct + others && points >= distinct, $"at the end: {points} points, of {distinct} numbers and {others} other rows");
    }

    private void Take(Point point, string when)
    {
        long number = point.Instant;
        Expect(Number(point, "number") == number && Value(point, "noise").AsFloat == TortureWriter.Noise(number) && Value(point, "more_noise").AsFloat == TortureWriter.Noise(-number), $"{when}: another value: {point}");
        if (number == Stored + 1 || (mayRepeat && number <= Stored))
        {
            Stored = Math.Max(Stored, number);
            return;
        }

        Duplicated += number <= Stored ? 1 : 0;
        Missing += Math.Max(0, number - Stored - 1);
        Expect(false, $"{when}: number {number} after {Stored}");
        Stored = Math.Max(Stored, number);
    }

    private void Expect(bool holds, string sentence)
    {
        if (!holds)
        {
            violation(sentence);
        }
    }

    private static string Text(Point point, string tag) => point.Tags.FirstOrDefault(one => one.Key == tag).Value ?? "";

    private static long Number(Point point, string field) => Value(point, field).AsInteger;

    private static FieldValue Value(Point point, string field) => point.Fields.FirstOrDefault(one => one.Key == field).Value;
}
