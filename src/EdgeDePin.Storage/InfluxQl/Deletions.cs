using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Deletes points of a measurement.</summary>
/// <param name="series">Null is every series.</param>
internal delegate void PointDeleter(string measurement, IReadOnlyList<Series>? series, long from, long until);

/// <summary>What a deletion concerns, in the words of InfluxDB 1.6.7 where it cannot be done.</summary>
internal sealed class Deletions(PointDeleter delete)
{
    public void Run(Statement.Deletion deletion, IReadOnlyList<MeasurementSchema> measurements, long now)
    {
        (TimeRange range, Expression? where) = TimeRange.Split(deletion.Where, now);
        if (deletion.Kind == Statement.DeletionKind.Series && (range.From ?? range.Until) is not null)
        {
            throw new InfluxQlException("DROP SERIES doesn't support time in WHERE clause");
        }

        var planned = measurements.Select(measurement => (measurement.Name, Series: Concerned(measurement, where))).ToList();
        foreach ((string name, IReadOnlyList<Series>? series) in planned.Where(one => one.Series is null or { Count: > 0 }))
        {
            delete(name, series, range.From ?? long.MinValue, range.Until ?? long.MaxValue);
        }
    }

    private static List<Series>? Concerned(MeasurementSchema measurement, Expression? where)
    {
        if (where is null)
        {
            return null;
        }

        bool byField = false;
        Func<Series, bool> test = Test(measurement, where, ref byField);
        List<Series> concerned = [.. measurement.Series.Where(test)];
        return byField && concerned.Count > 0
            ? throw new InfluxQlException("shard 1: fields not supported in WHERE clause during deletion")
            : concerned;
    }

    // A comparison of a field leaves it to the others whether any series is concerned at all.
    private static Func<Series, bool> Test(MeasurementSchema measurement, Expression where, ref bool byField)
    {
        switch (where)
        {
            case Expression.Binary { Operator: "AND" or "OR" } both:
                Func<Series, bool> left = Test(measurement, both.Left, ref byField), right = Test(measurement, both.Right, ref byField);
                return both.Operator == "AND" ? series => left(series) && right(series) : series => left(series) || right(series);
            case Expression.Boolean truth:
                return _ => truth.Value;
            case Expression.Binary { Left: Expression.Name or Expression.Text or Expression.Number or Expression.Integer } comparison:
                Expression.Name? name = comparison.Left as Expression.Name ?? comparison.Right as Expression.Name;
                if (name is { Type: not "tag" } && measurement.Field(name.Key) is not null)
                {
                    byField = true;
                    return _ => true;
                }

                return name is null ? throw InfluxQlException.NotSupported("a deletion by a comparison without a tag") : SeriesCondition.All(comparison);
            default:
                throw new InfluxQlException($"invalid condition expression: {ExpressionText.Of(where)}");
        }
    }
}
