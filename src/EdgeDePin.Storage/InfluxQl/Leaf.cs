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
    public sealed record OfCall(Aggregate Function, FieldColumn Field, double Percent) : Leaf;
    public sealed record Missing : Leaf;
}

/// <summary>The leaves of all columns of one measurement, each once.</summary>
internal sealed class Leaves(MeasurementSchema measurement)
{
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
        else if (expression is Expression.Name or Expression.Call && !_positions.ContainsKey(expression))
        {
            _positions[expression] = _leaves.Count;
            _leaves.Add(expression is Expression.Name name ? Of(name) : Of((Expression.Call)expression));
        }
    }

    private Leaf Of(Expression.Name name)
    {
        FieldColumn? field = name.Type == "tag" ? null : measurement.Field(name.Key);
        return field is not null ? new Leaf.OfField(field, name.Type)
            : name.Type is null or "tag" && measurement.TagKeys.Contains(name.Key, StringComparer.Ordinal) ? new Leaf.OfTag(name.Key)
            : new Leaf.Missing();
    }

    private Leaf Of(Expression.Call call)
    {
        Aggregate function = Aggregate.Find(call);
        var name = (Expression.Name)call.Arguments[0];
        FieldColumn? field = name.Type == "tag" ? null : measurement.Field(name.Key);
        if (field is null)
        {
            return new Leaf.Missing();
        }

        function.CheckKind(field.Kind);
        return new Leaf.OfCall(function, field, call.Arguments is [_, Expression.Integer percent] ? percent.Value
            : call.Arguments is [_, Expression.Number number] ? number.Value : 0);
    }
}
