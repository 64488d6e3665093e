using System.Globalization;
using EdgeDePin.Storage.Shards;

namespace EdgeDePin.Storage.Duck;

/// <summary>A Parquet file of a measurement, as a reader needs to know it.</summary>
/// <param name="First">The sequence of the first point of its shard.</param>
/// <param name="FirstInstant">The earliest in it, ns since 1970.</param>
/// <param name="Unit">Nanoseconds of the unit in which it keeps instants.</param>
/// <param name="Types">The SQL type of each column of a field in the file; null is that of its kind.</param>
internal sealed record ColdFile(
    string Path, long First, long Last, long FirstInstant, long LastInstant, long Unit, IReadOnlyDictionary<string, string?> Types)
{
    /// <summary>Files of the same key have the same columns, and can be read as one.</summary>
    public string Key { get; } =
        $"{Unit.ToString(CultureInfo.InvariantCulture)} {string.Join(' ', Types.OrderBy(type => type.Key, StringComparer.Ordinal).Select(type => $"{type.Key}:{type.Value}"))}";

    public static ColdFile Of(Shard shard, ShardMeasurement measurement) => new(
        shard.PathOf(measurement), shard.First, shard.Last, measurement.FirstInstant, measurement.LastInstant, measurement.Unit,
        measurement.Fields.ToDictionary(field => field.Column, field => field.Type, StringComparer.Ordinal));

    /// <summary>The column of instants as nanoseconds.</summary>
    public string Instant => Unit == 1 ? "ts" : $"{Time} * {Number(Unit)} AS ts";

    /// <summary>A FROM clause of its <c>series</c> and <c>ts</c>.</summary>
    public string Rows => $"(SELECT series, {Instant} FROM read_parquet('{HotDatabase.Quoted(Path)}'))";

    /// <summary>A condition that holds between two instants, both included.</summary>
    public string Between(long? from, long until) =>
        $"{Time} <= {Number(Floor(until))}{(from is { } lower ? $" AND {Time} >= {Number(-Floor(-Math.Max(lower, -long.MaxValue)))}" : "")}";

    /// <summary>A field as the rest of the store knows it; null in a file that is older than the field.</summary>
    public string Column(FieldColumn field) =>
        !Types.TryGetValue(field.Column, out string? type) ? $"NULL::{field.SqlType} AS {field.Column}"
        : type is null ? field.Column
        : $"{field.Column}::{field.SqlType} AS {field.Column}";

    private string Time => ShardEncoding.TimeColumn(Unit);

    private long Floor(long instant) => (instant / Unit) - (instant % Unit < 0 ? 1 : 0);

    private static string Number(long value) => value == long.MinValue ? "(-9223372036854775807 - 1)" : value.ToString(CultureInfo.InvariantCulture);
}
