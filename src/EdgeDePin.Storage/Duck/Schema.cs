using System.Collections.Immutable;

namespace EdgeDePin.Storage.Duck;

/// <summary>A field of a measurement: the column that keeps it and its type for life.</summary>
/// <param name="Column">Our own name, <c>f</c> and a number: InfluxDB tells <c>V</c> from <c>v</c>, SQL does not.</param>
internal sealed record FieldColumn(string Key, FieldKind Kind, string Column)
{
    /// <summary>The number in the name of the column.</summary>
    public int Number => int.Parse(Column.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);

    public string SqlType => Kind switch
    {
        FieldKind.Float => "DOUBLE",
        FieldKind.Integer => "BIGINT",
        FieldKind.Boolean => "BOOLEAN",
        _ => "VARCHAR",
    };
}

/// <summary>A field and its place among the fields of its measurement, which is that of its column behind the leading ones.</summary>
internal sealed record NumberedField(FieldColumn Field, int Number);

/// <summary>A tag set of a measurement.</summary>
internal sealed record Series(int Id, ImmutableArray<Tag> Tags)
{
    /// <summary>The value of a tag; empty where the series lacks it, as InfluxQL sees it.</summary>
    public string this[string key]
    {
        get
        {
            foreach (Tag tag in Tags)
            {
                if (tag.Key == key)
                {
                    return tag.Value;
                }
            }

            return "";
        }
    }
}

/// <summary>What a reader needs to know about a measurement; a snapshot as of a commit.</summary>
/// <param name="MayRepeat">Whether an instant of a series may stand in several rows, so that reading must merge them.</param>
/// <param name="Cold">The files that hold its rows besides the table of the newest.</param>
internal sealed record MeasurementSchema(
    int Id, string Name, ImmutableArray<FieldColumn> Fields, ImmutableArray<Series> Series, bool MayRepeat, ImmutableArray<ColdFile> Cold)
{
    /// <summary>A view of all rows, with <c>seq</c>, <c>series</c>, <c>ts</c> and the fields.</summary>
    public string Table => $"points_{Id}";

    /// <summary>The table of the rows that are in no file yet.</summary>
    public string HotTable => Catalogue.HotTable(Id);

    public FieldColumn? Field(string key) => Fields.FirstOrDefault(field => field.Key == key);

    /// <summary>Every tag key of any series, in the order of the bytes.</summary>
    public ImmutableArray<string> TagKeys { get; } =
        [.. Series.SelectMany(series => series.Tags).Select(tag => tag.Key).Distinct(StringComparer.Ordinal).Order(Utf8Order.Instance)];
}
