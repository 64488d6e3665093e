using System.Collections.Concurrent;
using EdgeDePin.Storage.Batches;
using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Storage;

/// <summary>
/// Which type each field has. A field keeps its type for life, so what was asked once stays true until something is deleted. The
/// store itself decides what it sets aside; this is to tell the sender.
/// </summary>
internal sealed class FieldTypes(Store store, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, FieldKind>> _known = new(StringComparer.Ordinal);
    private long _deletions;

    /// <summary>Whether nothing of the batch will be set aside or left out. Only then do fields without a type get theirs from it.</summary>
    public bool Agree(PointBatch batch)
    {
        ForgetDeleted();
        foreach (BatchTable table in batch.Tables)
        {
            if (table.Rows > 0 && !Agree(table, _known.GetOrAdd(table.Measurement, Ask)))
            {
                return false;
            }
        }

        foreach (BatchTable table in batch.Tables)
        {
            if (table.Rows > 0)
            {
                ConcurrentDictionary<string, FieldKind> fields = _known.GetOrAdd(table.Measurement, Ask);
                foreach (BatchColumn column in table.Columns)
                {
                    if (column.Count > 0 && fields.GetOrAdd(column.Key, column.Kind) != column.Kind)
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    private static bool Agree(BatchTable table, ConcurrentDictionary<string, FieldKind> fields)
    {
        foreach (BatchColumn column in table.Columns)
        {
            if (column.Count > 0 && (column.Key == "time" || column.Kind == FieldKind.Unsigned
                || (fields.TryGetValue(column.Key, out FieldKind kept) && kept != column.Kind)))
            {
                return false;
            }
        }

        return !table.Used.Exists(series => series.HasTime);
    }

    /// <summary>Why a point will be set aside; null when it will not. Fields without a type get theirs from the point.</summary>
    public string? Conflict(Point point)
    {
        ForgetDeleted();
        ConcurrentDictionary<string, FieldKind> fields = _known.GetOrAdd(point.Measurement, Ask);
        foreach (Field field in point.Fields)
        {
            FieldKind given = field.Value.Kind == FieldKind.Unsigned ? FieldKind.Integer : field.Value.Kind;
            FieldKind kept = fields.GetOrAdd(field.Key, given);
            if (kept != given)
            {
                return $"field type conflict: input field \"{field.Key}\" on measurement \"{point.Measurement}\" is type {Name(given)}, already exists as type {Name(kept)}";
            }
        }

        return null;
    }

    // A measurement that lost its last point has no types any more.
    private void ForgetDeleted()
    {
        long deletions = store.Deletions;
        if (Interlocked.Exchange(ref _deletions, deletions) != deletions)
        {
            _known.Clear();
        }
    }

    private ConcurrentDictionary<string, FieldKind> Ask(string measurement)
    {
        var fields = new ConcurrentDictionary<string, FieldKind>(StringComparer.Ordinal);
        QueryResult answer = store.Query($"SHOW FIELD KEYS FROM {ExpressionText.Identifier(measurement)}", time.GetUtcNow());
        foreach (FieldValue?[] row in answer.Statements.SelectMany(statement => statement.Series).SelectMany(series => series.Rows))
        {
            fields[row[0]!.Value.AsString] = row[1]!.Value.AsString switch
            {
                "float" => FieldKind.Float,
                "integer" => FieldKind.Integer,
                "boolean" => FieldKind.Boolean,
                _ => FieldKind.String,
            };
        }

        return fields;
    }

    private static string Name(FieldKind kind) => kind switch
    {
        FieldKind.Float => "float",
        FieldKind.Integer => "integer",
        FieldKind.Boolean => "boolean",
        _ => "string",
    };
}
