using System.Collections.Immutable;
using DuckDB.NET.Data;

namespace EdgeDePin.Storage.Duck;

/// <summary>
/// One batch on its way into the tables, inside the transaction of its caller: new measurements, fields and series as they
/// appear, rows through the appender, and a word about each point that cannot be kept.
/// </summary>
internal sealed class BatchWriter(DuckDBConnection connection, Catalogue catalogue, StoreOptions options)
{
    private readonly Dictionary<Catalogue.Entry, List<(long Sequence, Series Series, Point Point)>> _rows = [];

    /// <summary>The sequence of the last point placed.</summary>
    public long Head { get; private set; }

    /// <summary>The points that were placed; their sequences are dense and end at <see cref="Head"/>.</summary>
    public List<Point> Placed { get; } = [];

    /// <summary>Whether readers need a new snapshot.</summary>
    public bool SchemaChanged { get; private set; }

    public List<(Point Point, string Reason)> Refused { get; } = [];

    /// <param name="after">The sequence before the first of these points.</param>
    public void Place(IEnumerable<Point> batch, long after)
    {
        Head = after;
        foreach (Point point in batch)
        {
            if (Refusal(point) is { } reason)
            {
                Refused.Add((point, reason));
                continue;
            }

            Place(point);
            Placed.Add(point);
        }
    }

    /// <summary>Puts everything that was placed into the tables.</summary>
    public void Write()
    {
        foreach ((Catalogue.Entry entry, var rows) in _rows)
        {
            Append(entry, rows);
        }
    }

    private string? Refusal(Point point)
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

    private void Place(Point point)
    {
        Catalogue.Entry? entry = catalogue.Find(point.Measurement);
        bool changed = entry is null;
        entry ??= catalogue.Add(point.Measurement, connection);
        foreach (Field field in point.Fields)
        {
            if (entry.Field(field.Key) is null)
            {
                catalogue.AddField(entry, field.Key, StoredKind(field.Value), connection);
                changed = true;
            }
        }

        if (changed)
        {
            catalogue.CreateView(entry, connection);
            SchemaChanged = true;
        }

        Series? series = entry.Find(point.Tags);
        SchemaChanged |= series is null;
        series ??= catalogue.AddSeries(entry, point.Tags, connection);
        if (entry.Latest.TryGetValue(series.Id, out long latest) && point.Instant <= latest)
        {
            if (!entry.MayRepeat)
            {
                SchemaChanged = true;
                catalogue.Repeat(entry, connection);
            }
        }
        else
        {
            entry.Latest[series.Id] = point.Instant;
        }

        if (!_rows.TryGetValue(entry, out var rows))
        {
            _rows[entry] = rows = [];
        }

        rows.Add((++Head, series, point));
    }

    private void Append(Catalogue.Entry entry, List<(long Sequence, Series Series, Point Point)> rows)
    {
        using DuckDBAppender appender = connection.CreateAppender(Catalogue.HotTable(entry.Id));
        foreach ((long sequence, Series series, Point point) in rows)
        {
            IDuckDBAppenderRow row = appender.CreateRow().AppendValue(sequence).AppendValue(series.Id).AppendValue(point.Instant);
            foreach (FieldColumn column in entry.Fields)
            {
                Append(row, Last(point.Fields, column.Key));
            }

            row.EndRow();
        }
    }

    private static FieldValue? Last(ImmutableArray<Field> fields, string key)
    {
        for (int at = fields.Length - 1; at >= 0; at--)
        {
            if (fields[at].Key == key)
            {
                return fields[at].Value;
            }
        }

        return null;
    }

    private static void Append(IDuckDBAppenderRow row, FieldValue? value)
    {
        switch (value?.Kind)
        {
            case null:
                row.AppendNullValue();
                break;
            case FieldKind.Float:
                row.AppendValue(value.Value.AsFloat);
                break;
            case FieldKind.Integer:
                row.AppendValue(value.Value.AsInteger);
                break;
            case FieldKind.Unsigned:
                row.AppendValue((long)value.Value.AsUnsigned);
                break;
            case FieldKind.Boolean:
                row.AppendValue(value.Value.AsBoolean);
                break;
            default:
                row.AppendValue(value.Value.AsString);
                break;
        }
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
