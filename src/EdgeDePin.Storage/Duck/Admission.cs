using EdgeDePin.Storage.Batches;

namespace EdgeDePin.Storage.Duck;

/// <summary>What the tables can keep: a field has one type for life, and neither fields nor series grow without limit.</summary>
internal sealed class Admission(Catalogue catalogue, StoreOptions options)
{
    /// <summary>Whether every point of the batch can be kept, judged by its columns. Where this says no, points are judged one by one.</summary>
    public bool IsClean(PointBatch batch)
    {
        int added = 0;
        foreach (BatchTable table in batch.Tables)
        {
            if (table.Rows == 0)
            {
                continue;
            }

            Catalogue.Entry? entry = table.Known.Within(catalogue.Identity) ?? catalogue.Find(table.Measurement);
            if (!HasCleanFields(table, entry))
            {
                return false;
            }

            foreach (BatchSeries series in table.Used)
            {
                added += entry is not null && (series.Known.Within(entry.Identity) ?? entry.Find(series.Tags)) is not null ? 0 : 1;
                if (series.HasTime)
                {
                    return false;
                }
            }
        }

        return added == 0 || catalogue.SeriesCount + added <= options.MaxSeries;
    }

    /// <summary>Why a point cannot be kept, in one line; null when it can.</summary>
    public string? Refusal(Point point)
    {
        Catalogue.Entry? entry = catalogue.Find(point.Measurement);
        int added = 0;
        for (int at = 0; at < point.Fields.Length; at++)
        {
            Field field = point.Fields[at];
            FieldKind kind = StoredKind(field.Value);
            if (field.Key == "time")
            {
                return "A field cannot be named 'time': InfluxDB keeps that name for the timestamp.";
            }

            if (kind == FieldKind.Unsigned)
            {
                return $"Field '{field.Key}' is {field.Value}, beyond the largest integer 9223372036854775807.";
            }

            FieldKind? pinned = entry?.Field(field.Key)?.Kind ?? Earlier(point, at);
            if (pinned is not null && pinned != kind)
            {
                return $"Field '{field.Key}' of measurement '{point.Measurement}' is {InfluxName(kind)} here and {InfluxName(pinned.Value)} in the store; a field keeps its type.";
            }

            added += pinned is null ? 1 : 0;
        }

        return point.Tags.Any(tag => tag.Key == "time") ? "A tag cannot be named 'time': InfluxDB keeps that name for the timestamp."
            : (entry?.Fields.Count ?? 0) + added > options.MaxFields
                ? $"Measurement '{point.Measurement}' would get more than {options.MaxFields} fields; raise MaxFields or use tags."
            : catalogue.SeriesCount >= options.MaxSeries && entry?.Find(point.Tags) is null
                ? $"The store holds {options.MaxSeries} series already; raise MaxSeries, or keep changing values out of tags."
            : null;
    }

    private bool HasCleanFields(BatchTable table, Catalogue.Entry? entry)
    {
        int added = 0;
        foreach (BatchColumn column in table.Columns)
        {
            if (column.Count == 0 || (entry is not null && column.Known.Within(entry.Identity)?.Field.Kind == column.Kind))
            {
                continue;
            }

            FieldKind? pinned = entry?.Field(column.Key)?.Kind;
            if (column.Key == "time" || column.Kind == FieldKind.Unsigned || (pinned is not null && pinned != column.Kind))
            {
                return false;
            }

            added += pinned is null ? 1 : 0;
        }

        return (added == 0 || (entry?.Fields.Count ?? 0) + added <= options.MaxFields)
            && (!table.HasTwins || table.Columns.Where(column => column.Count > 0).DistinctBy(column => column.Key, StringComparer.Ordinal).Count()
                == table.Columns.Count(column => column.Count > 0));
    }

    private static FieldKind? Earlier(Point point, int until)
    {
        for (int at = 0; at < until; at++)
        {
            if (point.Fields[at].Key == point.Fields[until].Key)
            {
                return StoredKind(point.Fields[at].Value);
            }
        }

        return null;
    }

    private static FieldKind StoredKind(FieldValue value) =>
        value.Kind == FieldKind.Unsigned && value.AsUnsigned <= long.MaxValue ? FieldKind.Integer : value.Kind;

    private static string InfluxName(FieldKind kind) => kind switch
    {
        FieldKind.Float => "float",
        FieldKind.Integer => "integer",
        FieldKind.Boolean => "boolean",
        FieldKind.Unsigned => "unsigned",
        _ => "string",
    };
}
