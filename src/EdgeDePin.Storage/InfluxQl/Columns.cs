using System.Collections.Immutable;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A column of the answer.</summary>
/// <param name="IsAlias">The name was given; others make way for it.</param>
internal sealed record Column(string Name, Expression Expression, bool IsAlias = false);

/// <summary>
/// The columns that a SELECT asks for, wildcards and patterns spread over what the measurements have, and the rules about
/// what may stand beside what.
/// </summary>
internal sealed class Columns
{
    private readonly bool _withTags;

    public Columns(Statement.Select select, IReadOnlyList<MeasurementSchema> measurements, ImmutableArray<string> groupedTags, bool withTags)
    {
        _withTags = withTags;
        ImmutableArray<Column> spread = [.. select.Fields
            .Where(field => !field.Expression.IsTime)
            .SelectMany(field => Spread(field, measurements, groupedTags))];
        All = WithUniqueNames(spread);
        Calls = [.. All.SelectMany(column => CallsOf(column.Expression)).Distinct()];
        Check(select);
    }

    public ImmutableArray<Column> All { get; }

    public ImmutableArray<Expression.Call> Calls { get; }

    /// <summary>One selector alone keeps the time of the point that it picks, and may have other fields and tags beside it.</summary>
    public bool IsLoneSelector => Calls is [var call] && Aggregate.Find(call).IsSelector;

    public bool HasNames => All.Any(column => NamesOf(column.Expression).Any());

    private void Check(Statement.Select select)
    {
        foreach (Expression.Call call in Calls)
        {
            Aggregate.Find(call);
            if (call.Arguments[0] is not Expression.Name)
            {
                throw new InfluxQlException($"expected field argument in {call.Function}()");
            }
        }

        if (Calls.Length > 0 && HasNames && !IsLoneSelector)
        {
            throw new InfluxQlException("mixing aggregate and non-aggregate queries is not supported");
        }

        if (Calls.Length == 0 && select.Dimensions.Time is not null)
        {
            throw new InfluxQlException("GROUP BY requires at least one aggregate function");
        }

        if (Calls.Length == 0 && select.Fill is Fill.Nothing)
        {
            throw new InfluxQlException("fill(none) must be used with a function");
        }

        if (Calls.Length == 0 && select.Fill is Fill.Previous)
        {
            throw new InfluxQlException("fill(previous) must be used with a function");
        }
    }

    private IEnumerable<Column> Spread(SelectField field, IReadOnlyList<MeasurementSchema> measurements, ImmutableArray<string> groupedTags)
    {
        switch (field.Expression)
        {
            case Expression.Wildcard wildcard:
                return Names(measurements, groupedTags, wildcard.Type, _ => true).Select(name => new Column(name.Key, name));
            case Expression.Pattern pattern:
                return Names(measurements, groupedTags, null, TagRegex.Matcher(pattern.Regex)).Select(name => new Column(name.Key, name));
            case Expression.Call { Arguments: [Expression.Wildcard or Expression.Pattern, ..] } call:
                Func<string, bool> matches = call.Arguments[0] is Expression.Pattern regex ? TagRegex.Matcher(regex.Regex) : _ => true;
                return FieldsFor(call, measurements).Where(matches).Select(key => new Column(
                    $"{field.Alias ?? call.Function}_{key}", call with { Arguments = call.Arguments.SetItem(0, new Expression.Name(key)) }, IsAlias: true));
            default:
                CheckOperators(field.Expression);
                return [new Column(field.Alias ?? field.Expression.ColumnName, field.Expression, field.Alias is not null)];
        }
    }

    private static void CheckOperators(Expression expression)
    {
        switch (expression)
        {
            case Expression.Binary { Operator: "+" or "-" or "*" or "/" or "%" } binary:
                CheckOperators(binary.Left);
                CheckOperators(binary.Right);
                break;
            case Expression.Binary binary:
                throw InfluxQlException.NotSupported($"operator {binary.Operator} in SELECT");
            case Expression.Wildcard or Expression.Pattern or Expression.Text or Expression.Boolean or Expression.Duration:
                throw InfluxQlException.NotSupported("anything but fields, functions and numbers in arithmetic of SELECT");
        }
    }

    private IEnumerable<Expression.Name> Names(
        IReadOnlyList<MeasurementSchema> measurements, ImmutableArray<string> groupedTags, string? type, Func<string, bool> matches)
    {
        IEnumerable<string> fields = type == "tag" ? [] : measurements.SelectMany(measurement => measurement.Fields).Select(field => field.Key);
        IEnumerable<string> tags = type == "field" || !_withTags ? [] : measurements.SelectMany(measurement => measurement.TagKeys).Where(key => !groupedTags.Contains(key, StringComparer.Ordinal));
        return fields.Concat(tags).Distinct(StringComparer.Ordinal).Where(matches).Order(Utf8Order.Instance)
            .Select(key => new Expression.Name(key));
    }

    private static IEnumerable<string> FieldsFor(Expression.Call call, IReadOnlyList<MeasurementSchema> measurements)
    {
        Aggregate function = Aggregate.Find(call);
        return measurements.SelectMany(measurement => measurement.Fields).Where(field => function.Takes(field.Kind))
            .Select(field => field.Key).Distinct(StringComparer.Ordinal).Order(Utf8Order.Instance);
    }

    // Aliases stay as they were given; another column of a name that is taken gets _1, _2 ...
    private static ImmutableArray<Column> WithUniqueNames(ImmutableArray<Column> columns)
    {
        HashSet<string> taken = columns.Where(column => column.IsAlias).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        return [.. columns.Select(column =>
        {
            string name = column.Name;
            for (int count = 1; !column.IsAlias && !taken.Add(name); count++)
            {
                name = $"{column.Name}_{count}";
            }

            return column with { Name = name };
        })];
    }

    private static IEnumerable<Expression.Call> CallsOf(Expression expression) => expression switch
    {
        Expression.Call call => [call],
        Expression.Binary binary => CallsOf(binary.Left).Concat(CallsOf(binary.Right)),
        _ => [],
    };

    private static IEnumerable<Expression.Name> NamesOf(Expression expression) => expression switch
    {
        Expression.Name name => [name],
        Expression.Binary binary => NamesOf(binary.Left).Concat(NamesOf(binary.Right)),
        _ => [],
    };
}
