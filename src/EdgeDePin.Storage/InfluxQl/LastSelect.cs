using System.Collections.Immutable;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// A SELECT of the newest: <c>last()</c>, or rows by <c>ORDER BY time DESC LIMIT 1</c>, answered from the newest values in
/// memory. Where they cannot tell (the newest point is beyond the range, or fails the condition) a group is left to the engine.
/// </summary>
internal sealed class LastSelect
{
    private readonly IReadOnlyList<Leaf> _leaves;
    private readonly Dictionary<FieldColumn, IReadOnlyDictionary<int, LastValue>> _newest;
    private readonly Func<RowView, bool> _test;
    private readonly FieldColumn[] _deciding;
    private readonly (long From, long Until) _range;

    private LastSelect(
        IReadOnlyList<Leaf> leaves, Dictionary<FieldColumn, IReadOnlyDictionary<int, LastValue>> newest, Func<RowView, bool> test,
        FieldColumn[] deciding, (long From, long Until) range) =>
        (_leaves, _newest, _test, _deciding, _range) = (leaves, newest, test, deciding, range);

    /// <summary>Null where the newest values do not answer this.</summary>
    public static LastSelect? Of(
        Relation relation, Statement.Select select, Columns columns, IReadOnlyList<Leaf> leaves, Expression? condition, long? from, long until)
    {
        bool rows = columns.Calls.IsEmpty && select is { Descending: true, Limits: { Rows: 1, RowOffset: 0 } }
            && leaves.All(leaf => leaf is Leaf.OfField { Type: null } or Leaf.OfTag or Leaf.Missing);
        bool last = columns.IsLoneSelector && select.Dimensions.Time is null
            && leaves.All(leaf => leaf is Leaf.OfCall { Function.Name: "last" } or Leaf.OfField { Type: null } or Leaf.OfTag or Leaf.Missing);
        var test = new RowCondition(relation);
        if (relation.Last is null || (!rows && !last) || test.Compile(condition) is not { } compiled)
        {
            return null;
        }

        // The point that is picked is the newest that has any of these.
        FieldColumn[] deciding = last ? [.. leaves.OfType<Leaf.OfCall>().Select(leaf => leaf.Field)] : [.. leaves.OfType<Leaf.OfField>().Select(leaf => leaf.Field).Distinct()];
        FieldColumn[] read = [.. deciding, .. leaves.OfType<Leaf.OfField>().Select(leaf => leaf.Field).Concat(test.Fields).Except(deciding).Distinct()];
        return deciding.Length > 0 && relation.Last(read) is { } newest
            ? new LastSelect(
                leaves, read.Select((field, at) => (field, newest[at])).ToDictionary(one => one.field, one => one.Item2), compiled, deciding, (from ?? long.MinValue, until))
            : null;
    }

    /// <summary>The row of a group, or none; false where the engine must be asked.</summary>
    public bool TryRow(Group group, out LeafRow? row)
    {
        row = null;
        (long Instant, FieldValue? Picked, Series Series)? best = null;
        foreach (Series series in group.Series)
        {
            if (Newest(series) is not { } instant || instant < _range.From)
            {
                continue;
            }

            if (instant > _range.Until || !IsKnown(series, instant) || !_test(new RowView(series, field => At(field, series, instant))))
            {
                return false;
            }

            FieldValue? picked = _leaves.OfType<Leaf.OfCall>().FirstOrDefault() is { } call ? At(call.Field, series, instant) : null;
            if (best is not { } other || instant > other.Instant
                || (instant == other.Instant && picked is { } here && other.Picked is { } there && Values.Compare(here, there) > 0))
            {
                best = (instant, picked, series);
            }
        }

        row = best is { } chosen ? new LeafRow(chosen.Instant, [.. _leaves.Select(leaf => Value(leaf, chosen.Series, chosen.Instant))]) : null;
        return true;
    }

    private FieldValue? Value(Leaf leaf, Series series, long instant) => leaf switch
    {
        Leaf.OfField field => At(field.Field, series, instant),
        Leaf.OfCall call => At(call.Field, series, instant),
        Leaf.OfTag tag => series[tag.Key] is { Length: > 0 } text ? FieldValue.String(text) : null,
        _ => null,
    };

    private long? Newest(Series series)
    {
        long? newest = null;
        foreach (FieldColumn field in _deciding)
        {
            if (_newest[field].TryGetValue(series.Id, out LastValue value) && (newest is null || value.Instant > newest))
            {
                newest = value.Instant;
            }
        }

        return newest;
    }

    // Of a field that has a newer value than this instant, the value at this instant is not known.
    private bool IsKnown(Series series, long instant) =>
        _newest.Values.All(values => !values.TryGetValue(series.Id, out LastValue value) || value.Instant <= instant);

    private FieldValue? At(FieldColumn field, Series series, long instant) =>
        _newest[field].TryGetValue(series.Id, out LastValue value) && value.Instant == instant ? value.Value : null;
}
