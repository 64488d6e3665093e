using System.Globalization;
using EdgeDePin.Storage.Shards;

namespace EdgeDePin.Storage.Duck;

/// <summary>A Parquet file of a measurement, as a reader needs to know it.</summary>
/// <param name="First">The sequence of the first point of its shard.</param>
/// <param name="FirstInstant">The earliest in it, ns since 1970.</param>
/// <param name="Unit">Nanoseconds of the unit in which it keeps instants.</param>
/// <param name="Hidden">A condition on its columns that holds for rows that are deleted; null where none are.</param>
/// <param name="Types">The SQL type of each column of a field in the file; null is that of its kind.</param>
internal sealed record ColdFile(
    string Path, long First, long Last, long FirstInstant, long LastInstant, long Unit, IReadOnlyDictionary<string, string?> Types, string? Hidden)
{
    /// <summary>Files of the same key have the same columns, and can be read as one; one with deleted rows is read alone.</summary>
    public string Key { get; private init; } =
        $"{Unit.ToString(CultureInfo.InvariantCulture)} {string.Join(' ', Types.OrderBy(type => type.Key, StringComparer.Ordinal).Select(type => $"{type.Key}:{type.Value}"))}";

    /// <param name="tombstones">What is deleted.</param>
    public static ColdFile Of(Shard shard, ShardMeasurement measurement, Tombstones tombstones)
    {
        var file = new ColdFile(
            shard.PathOf(measurement), shard.First, shard.Last, measurement.FirstInstant, measurement.LastInstant, measurement.Unit,
            measurement.Fields.ToDictionary(field => field.Column, field => field.Type, StringComparer.Ordinal), null);
        string[] hidden = [.. tombstones.Hiding(shard, measurement).Select(one => file.Hides(one, measurement)).OfType<string>()];
        return hidden.Length == 0 ? file : file with { Hidden = string.Join(" OR ", hidden), Key = $"{file.Path} {string.Join(" OR ", hidden)}" };
    }

    private string? Hides(Tombstone one, ShardMeasurement measurement)
    {
        string span = $"{Between(one.From == long.MinValue ? null : one.From, one.Until)} AND seq <= {Number(one.Sequence)}{(one.After > 0 ? $" AND seq > {Number(one.After)}" : "")}";
        if (one.Series is null)
        {
            return $"({span})";
        }

        string ids = string.Join(',', measurement.Series.Where(series => one.Concerns(series.Tags)).Select(series => series.Id));
        return ids.Length == 0 ? null : $"({span} AND series IN ({ids}))";
    }

    /// <summary>The column of instants as nanoseconds.</summary>
    public string Instant => Unit == 1 ? "ts" : $"{Time} * {Number(Unit)} AS ts";

    /// <summary>A condition that holds between two instants, both included.</summary>
    public string Between(long? from, long until) =>
        $"{Time} <= {Number(Floor(until))}{(from is { } lower ? $" AND {Time} >= {Number(-Floor(-Math.Max(lower, -long.MaxValue)))}" : "")}";

    /// <summary>A field as the rest of the store knows it; null in a file that is older than the field.</summary>
    public string Column(FieldColumn field) =>
        !Types.TryGetValue(field.Column, out string? type) ? $"NULL::{field.SqlType} AS {field.Column}"
        : type is null ? field.Column
        : $"{ShardEncoding.Value(field, type)} AS {field.Column}";

    private string Time => ShardEncoding.TimeColumn(Unit);

    private long Floor(long instant) => (instant / Unit) - (instant % Unit < 0 ? 1 : 0);

    private static string Number(long value) => value == long.MinValue ? "(-9223372036854775807 - 1)" : value.ToString(CultureInfo.InvariantCulture);
}
