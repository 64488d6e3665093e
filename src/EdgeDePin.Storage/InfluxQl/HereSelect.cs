using System.Collections.Immutable;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A SELECT of rows as they are from an inner SELECT whose few rows lie here: looked through without the engine.</summary>
internal static class HereSelect
{
    /// <returns>The rows of each group in the order of the answer; null where the engine must be asked.</returns>
    public static List<LeafRow>[]? Rows(
        Relation relation, Statement.Select select, Columns columns, IReadOnlyList<Leaf> leaves, ImmutableArray<Group> groups, Expression? condition)
    {
        if (relation.Here is not { } here || !columns.Calls.IsEmpty
            || !leaves.All(leaf => leaf is Leaf.OfField { Type: null } or Leaf.OfTag or Leaf.Missing)
            || new RowCondition(relation).Compile(condition) is not { } test)
        {
            return null;
        }

        Dictionary<FieldColumn, int> places = relation.Fields.Select((field, at) => (field, at)).ToDictionary(one => one.field, one => one.at + 1);
        ILookup<int, InnerRow> bySeries = here.ToLookup(row => row.Series);
        bool anyField = leaves.Any(leaf => leaf is Leaf.OfField);
        return [.. groups.Select(group =>
        {
            var found = group.Series.SelectMany((series, rank) => bySeries[series.Id]
                    .Where(row => test(new RowView(series, field => row.Values[places[field]])))
                    .Select(row => (Row: row, Series: series, Rank: rank)))
                .Where(one => !anyField || leaves.Any(leaf => leaf is Leaf.OfField field && one.Row.Values[places[field.Field]] is not null));
            var ordered = select.Descending ? found.OrderByDescending(one => one.Row.Time) : found.OrderBy(one => one.Row.Time);
            return ordered.ThenBy(one => one.Rank).ThenBy(one => one.Row.Number)
                .Select(one => new LeafRow(one.Row.Time, [.. leaves.Select(leaf => Value(leaf, one.Row, one.Series, places))]))
                .Where(row => row.Values.Any(value => value is not null)).ToList();
        })];
    }

    private static FieldValue? Value(Leaf leaf, InnerRow row, Series series, Dictionary<FieldColumn, int> places) => leaf switch
    {
        Leaf.OfField field => row.Values[places[field.Field]],
        Leaf.OfTag tag => series[tag.Key] is { Length: > 0 } text ? FieldValue.String(text) : null,
        _ => null,
    };
}
