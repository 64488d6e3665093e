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

    public Columns(Statement.Select select, IReadOnlyList<Relation> measurements, ImmutableArray<string> groupedTags, bool withTags, bool inheritedBuckets)
    {
        _withTags = withTags;
        TimeName = select.Fields.FirstOrDefault(field => field.Expression.IsTime)?.Alias ?? "time";
        SelectField[] fields = [.. select.Fields.Where(field => !field.Expression.IsTime)];
        Check(select, fields, inheritedBuckets);
        All = WithUniqueNames([.. fields.SelectMany(field => Spread(field, measurements, groupedTags))]);
        Calls = [.. All.SelectMany(column => CallsOf(column.Expression)).Distinct()];
    }

    public string TimeName { get; }

    public ImmutableArray<Column> All { get; }

    public ImmutableArray<Expression.Call> Calls { get; }

    /// <summary>One selector alone keeps the time of the point that it picks, and may have other fields and tags beside it.</summary>
    public bool IsLoneSelector => Calls is [var call] && Aggregate.Find(call.Function) is { IsSelector: true };

    public bool HasNames => All.Any(column => NamesOf(column.Expression).Any());

    // In the order of InfluxDB 1.6, so that of two mistakes the same one is named.
    private static void Check(Statement.Select select, IReadOnlyList<SelectField> fields, bool inheritedBuckets)
    {
        var rules = new CallRules(select.Dimensions.Time is not null, inheritedBuckets, select.Limits.Rows);
        var calls = new List<Expression.Call>();
        bool names = false;
        foreach (SelectField field in fields)
        {
            CheckOperators(field.Expression, alone: true);
            calls.AddRange(CallsOf(field.Expression));
            names |= field.Expression is Expression.Wildcard or Expression.Pattern || NamesOf(field.Expression).Any();
        }

        calls.ForEach(rules.Check);
        Expression.Call? top = calls.Find(call => call.Function is "top" or "bottom");
        names |= top is { Arguments.Length: > 2 };
        string? problem = fields.Count == 0 ? "at least 1 non-time field must be queried"
            : calls.Count > 1 && top is not null ? $"selector function {top.Function}() cannot be combined with other functions"
            : calls.Count == 0 && select.Fill is Fill.Nothing ? "fill(none) must be used with a function"
            : calls.Count == 0 && select.Fill is Fill.Linear ? "fill(linear) must be used with a function"
            : calls.Count == 0 && select.Dimensions.Time is not null && !inheritedBuckets ? "GROUP BY requires at least one aggregate function"
            : calls.Exists(call => call.Function == "distinct") && (calls.Count > 1 || names)
                ? "aggregate function distinct() cannot be combined with other functions or fields"
            : names && !calls.TrueForAll(IsSelector) ? "mixing aggregate and non-aggregate queries is not supported"
            : names && calls.Count > 1 ? "mixing multiple selector functions with tags or fields is not supported"
            : null;
        if (problem is not null)
        {
            throw new InfluxQlException(problem);
        }
    }

    private static bool IsSelector(Expression.Call call) =>
        call.Arguments[0] is Expression.Name && (call.Function is "top" or "bottom" or "sample" || Aggregate.Find(call.Function) is { IsSelector: true });

    private IEnumerable<Column> Spread(SelectField field, IReadOnlyList<Relation> measurements, ImmutableArray<string> groupedTags)
    {
        switch (field.Expression)
        {
            case Expression.Wildcard wildcard:
                return Names(measurements, groupedTags, wildcard.Type, _ => true).Select(name => new Column(name.Key, name));
            case Expression.Pattern pattern:
                return Names(measurements, groupedTags, null, TagRegex.Matcher(pattern.Regex)).Select(name => new Column(name.Key, name));
            case Expression.Call call when Innermost(call) is { Arguments: [Expression.Wildcard or Expression.Pattern, ..] } inner:
                Func<string, bool> matches = inner.Arguments[0] is Expression.Pattern regex ? TagRegex.Matcher(regex.Regex) : _ => true;
                return FieldsFor(inner.Function, measurements).Where(matches).Select(key => new Column(
                    $"{field.Alias ?? call.Function}_{key}", WithName(call, key), IsAlias: true));
            case Expression.Call { Function: "top" or "bottom" } call:
                return
                [
                    new Column(field.Alias ?? call.Function, call, field.Alias is not null),
                    .. call.Arguments.Skip(1).OfType<Expression.Name>().Select(name => new Column(name.Key, name)),
                ];
            default:
                return [new Column(field.Alias ?? field.Expression.ColumnName, field.Expression, field.Alias is not null)];
        }
    }

    private static Expression.Call Innermost(Expression.Call call) => call.Inner is { } inner ? Innermost(inner) : call;

    private static Expression.Call WithName(Expression.Call call, string key) =>
        call with { Arguments = call.Arguments.SetItem(0, call.Inner is { } inner ? WithName(inner, key) : new Expression.Name(key)) };

    private static void CheckOperators(Expression expression, bool alone)
    {
        switch (expression)
        {
            case Expression.Binary { Operator: "+" or "-" or "*" or "/" or "%" or "&" or "|" or "^" } binary:
                if (IsNumber(binary.Left) && IsNumber(binary.Right))
                {
                    throw new InfluxQlException(alone ? "field must contain at least one variable" : "cannot perform a binary expression on two literals");
                }

                CheckOperators(binary.Left, alone: false);
                CheckOperators(binary.Right, alone: false);
                break;
            case Expression.Call { IsMath: true } math:
                int expected = MathFunctions.ArgumentsOf(math.Function);
                if (math.Arguments.Length != expected)
                {
                    throw new InfluxQlException($"invalid number of arguments for {math.Function}, expected {expected}, got {math.Arguments.Length}");
                }

                foreach (Expression argument in math.Arguments)
                {
                    CheckOperators(argument, alone: false);
                }

                break;
            case Expression.Wildcard when !alone:
                throw new InfluxQlException("unable to use wildcard in a binary expression");
            case Expression.Pattern when !alone:
                throw new InfluxQlException("unable to use regex in a binary expression");
            case Expression.Integer or Expression.Number or Expression.Text or Expression.Boolean or Expression.Duration when alone:
                throw new InfluxQlException("field must contain at least one variable");
            case Expression.Text or Expression.Boolean or Expression.Duration:
                throw InfluxQlException.NotSupported("anything but fields, functions and numbers in arithmetic of SELECT");
        }
    }

    private static bool IsNumber(Expression expression) => expression is Expression.Integer or Expression.Number;

    private IEnumerable<Expression.Name> Names(
        IReadOnlyList<Relation> measurements, ImmutableArray<string> groupedTags, string? type, Func<string, bool> matches)
    {
        IEnumerable<string> fields = type == "tag" ? [] : measurements.SelectMany(measurement => measurement.Fields).Select(field => field.Key);
        IEnumerable<string> tags = type == "field" || !_withTags ? [] : measurements.SelectMany(measurement => measurement.TagKeys).Where(key => !groupedTags.Contains(key, StringComparer.Ordinal));
        return fields.Concat(tags).Distinct(StringComparer.Ordinal).Where(matches).Order(Utf8Order.Instance)
            .Select(key => new Expression.Name(key));
    }

    private static IEnumerable<string> FieldsFor(string function, IReadOnlyList<Relation> measurements) =>
        measurements.SelectMany(measurement => measurement.Fields).Where(field => Spreads(function, field.Kind))
            .Select(field => field.Key).Distinct(StringComparer.Ordinal).Order(Utf8Order.Instance);

    private static bool Spreads(string function, FieldKind kind) => kind switch
    {
        FieldKind.String => function is "count" or "first" or "last" or "distinct" or "elapsed" or "mode" or "sample",
        FieldKind.Boolean => function is "count" or "first" or "last" or "distinct" or "elapsed" or "mode" or "sample" or "min" or "max",
        _ => true,
    };

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
        Expression.Call { IsMath: true } math => math.Arguments.SelectMany(CallsOf),
        Expression.Call call => [call],
        Expression.Binary binary => CallsOf(binary.Left).Concat(CallsOf(binary.Right)),
        _ => [],
    };

    private static IEnumerable<Expression.Name> NamesOf(Expression expression) => expression switch
    {
        Expression.Name name => [name],
        Expression.Call { IsMath: true } math => math.Arguments.SelectMany(NamesOf),
        Expression.Binary binary => NamesOf(binary.Left).Concat(NamesOf(binary.Right)),
        _ => [],
    };
}
