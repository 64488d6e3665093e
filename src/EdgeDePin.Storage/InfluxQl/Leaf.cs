using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>What an output column is computed from: a field, a tag, a function of a field, or nothing that exists.</summary>
internal abstract record Leaf
{
    private Leaf()
    {
    }

    public sealed record OfField(FieldColumn Field, string? Type) : Leaf;
    public sealed record OfTag(string Key) : Leaf;

    /// <summary>A value for each bucket.</summary>
    public sealed record OfCall(Aggregate Function, FieldColumn Field, double Percent) : Leaf;

    /// <summary>A function that walks over a field or over an aggregate.</summary>
    /// <param name="Argument">Unit in ns, or number of values.</param>
    public sealed record OfRunning(Running Function, Leaf Inner, long Argument) : Leaf;

    /// <param name="Unit">In ns.</param>
    public sealed record OfIntegral(FieldColumn Field, long Unit) : Leaf;

    /// <summary>Some rows of each bucket.</summary>
    /// <param name="Keys">Tags of which top and bottom take one row each.</param>
    public sealed record OfPick(string Function, FieldColumn Field, IReadOnlyList<string> Keys, int Count) : Leaf;
    public sealed record Missing : Leaf;
}

/// <summary>The leaves of all columns of one relation, each once.</summary>
internal sealed class Leaves(Relation relation, TimeBuckets? buckets)
{
    private const long Second = 1_000_000_000;

    private readonly Dictionary<Expression, int> _positions = [];
    private readonly List<Leaf> _leaves = [];

    public IReadOnlyList<Leaf> All => _leaves;

    public int PositionOf(Expression expression) => _positions[expression];

    /// <summary>Adds what an expression needs.</summary>
    public void Add(Expression expression)
    {
        if (expression is Expression.Binary binary)
        {
            Add(binary.Left);
            Add(binary.Right);
        }
        else if (expression is Expression.Call { IsMath: true } math)
        {
            foreach (Expression argument in math.Arguments)
            {
                Add(argument);
            }
        }
        else if (expression is Expression.Name or Expression.Call && !_positions.ContainsKey(expression))
        {
            _positions[expression] = _leaves.Count;
            _leaves.Add(expression is Expression.Name name ? Of(name) : Of((Expression.Call)expression));
        }
    }

    private Leaf Of(Expression.Name name) =>
        FieldOf(name) is { } field ? new Leaf.OfField(field, name.Type)
            : name.Type is null or "tag" && IsTag(name.Key) ? new Leaf.OfTag(name.Key)
            : new Leaf.Missing();

    // A derived relation has the tags of the grouping around it too, which no wildcard spreads.
    private bool IsTag(string key) =>
        relation.TagKeys.Contains(key, StringComparer.Ordinal) || (relation.IsDerived && relation.Series.Any(series => series[key].Length > 0));

    private Leaf Of(Expression.Call call)
    {
        if (Running.Find(call.Function) is { } running)
        {
            return Of(running, call);
        }

        if (call.Inner is { Function: "distinct" } distinct)
        {
            return FieldOf((Expression.Name)distinct.Arguments[0]) is { } counted
                ? new Leaf.OfCall(Aggregate.CountDistinct, counted, 0) : new Leaf.Missing();
        }

        if (FieldOf((Expression.Name)call.Arguments[0]) is not { } field)
        {
            return new Leaf.Missing();
        }

        if (Picker.IsPicker(call.Function))
        {
            Check(call.Function, field.Kind, call.Function is "distinct" or "sample" || IsNumber(field.Kind));
            return new Leaf.OfPick(call.Function, field,
                [.. call.Arguments.Skip(1).OfType<Expression.Name>().Select(name => name.Key)],
                call.Arguments[^1] is Expression.Integer count ? (int)Math.Min(count.Value, int.MaxValue) : 0);
        }

        if (call.Function == "integral")
        {
            Check("integral", field.Kind, IsNumber(field.Kind));
            return new Leaf.OfIntegral(field, call.Arguments is [_, Expression.Duration unit] ? unit.Nanoseconds : Second);
        }

        Aggregate function = Aggregate.Find(call.Function)!;
        Check(call.Function, field.Kind, function.Takes(field.Kind));
        return new Leaf.OfCall(function, field, call.Arguments is [_, Expression.Integer percent] ? percent.Value
            : call.Arguments is [_, Expression.Number number] ? number.Value : 0);
    }

    private Leaf Of(Running running, Expression.Call call)
    {
        Leaf inner = call.Inner is { } aggregate ? Of(aggregate) : Of((Expression.Name)call.Arguments[0]);
        FieldKind? kind = inner switch
        {
            Leaf.OfField field => field.Field.Kind,
            Leaf.OfCall of => of.Function.ResultKind(of.Field.Kind),
            Leaf.OfIntegral => FieldKind.Float,
            Leaf.Missing or Leaf.OfTag => null,
            _ => throw InfluxQlException.NotSupported($"{call.Function}() of {call.Inner?.Function}()"),
        };
        if (kind is null)
        {
            return new Leaf.Missing();
        }

        Check(running.Title, kind.Value, running.Takes(kind.Value));
        long argument = call.Arguments switch
        {
            [_, Expression.Duration unit] => unit.Nanoseconds,
            [_, Expression.Integer count] => count.Value,
            _ when running.Name == "elapsed" => 1,
            _ => buckets?.Nanoseconds ?? Second,
        };
        return new Leaf.OfRunning(running, inner, argument);
    }

    private FieldColumn? FieldOf(Expression.Name name) => name.Type == "tag" ? null : relation.Field(name.Key);

    private static bool IsNumber(FieldKind kind) => kind is FieldKind.Float or FieldKind.Integer;

    private static void Check(string title, FieldKind kind, bool takes)
    {
        if (!takes)
        {
            throw new InfluxQlException($"unsupported {title} iterator type: *query.{kind.ToString().ToLowerInvariant()}InterruptIterator");
        }
    }
}
