using EdgeDePin.Storage;
using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Web;

/// <summary>Asks a store and turns the answer into the plain values that a page draws from.</summary>
internal static class StoreAnswers
{
    /// <exception cref="FormatException">The query is wrong, or asks what the store does not support; the message says which.</exception>
    public static IReadOnlyList<Series> Ask(Store store, string query, DateTimeOffset now)
    {
        QueryResult result = store.Query(query, now);
        string? error = result.Error ?? result.Statements.Select(statement => statement.Error).FirstOrDefault(text => text is not null);
        return error is null
            ? [.. result.Statements.SelectMany(statement => statement.Series).Select(Plain)]
            : throw new FormatException(error);
    }

    private static Series Plain(ResultSeries series)
    {
        bool timed = series.Columns is ["time", ..];
        return new Series(
            series.Name ?? "",
            (series.Tags ?? []).ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal),
            series.Columns,
            [.. series.Rows.Select(row => row.Select((value, column) => Plain(value, timed && column == 0)).ToArray())]);
    }

    private static object? Plain(FieldValue? value, bool isTime) => value is not { } field ? null : field.Kind switch
    {
        FieldKind.Integer when isTime => DateTimeOffset.UnixEpoch.AddTicks(field.AsInteger / 100),
        FieldKind.Integer => field.AsInteger,
        FieldKind.Unsigned => field.AsUnsigned,
        FieldKind.Float => field.AsFloat,
        FieldKind.Boolean => field.AsBoolean,
        _ => field.AsString,
    };
}
