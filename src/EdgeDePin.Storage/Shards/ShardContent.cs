using System.Text.Json.Serialization;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Shards;

/// <summary>What the file <c>content.json</c> of a shard says: enough to read its Parquet files without anything else.</summary>
/// <param name="Generation">How often what is in it was written anew: of two shards of one span the higher one is in force.</param>
/// <param name="Tombstones">The number of the last tombstone whose rows are not in it any more.</param>
internal sealed record ShardContent(
    long FirstSequence, long LastSequence, IReadOnlyList<ShardMeasurement> Measurements, int Generation = 0, long Tombstones = 0);

/// <summary>
/// One Parquet file, with columns <c>seq</c>, <c>series</c>, the instant and one per field; sorted by series and instant.
/// <see cref="ShardEncoding"/> says how it keeps them, <see cref="ColdFile"/> how they are read.
/// </summary>
/// <param name="Checksum">CRC-32C of the file.</param>
/// <param name="FirstInstant">The earliest in it, ns since 1970.</param>
/// <param name="MayRepeat">Whether another shard may hold an instant of this one.</param>
/// <param name="Unit">Nanoseconds of the unit of the instants' column, which is <c>ts</c>, <c>ts_us</c>, <c>ts_ms</c> or <c>ts_s</c>.</param>
/// <param name="Resolution">Nanoseconds of the periods that it was thinned to; 0 for points as they came.</param>
internal sealed record ShardMeasurement(
    int Id, string Name, string File, long Bytes, uint Checksum, long Rows, long FirstInstant, long LastInstant, bool MayRepeat,
    IReadOnlyList<ShardField> Fields, IReadOnlyList<ShardSeries> Series, long Unit = 1, long Resolution = 0);

/// <param name="Type">The SQL type of the column where it is not that of its kind, e.g. <c>DECIMAL(9,1)</c> for a float.</param>
internal sealed record ShardField(string Key, string Column, FieldKind Kind, string? Type = null);

/// <param name="Tags">Keys and values in turns.</param>
/// <param name="Latest">The latest instant that the store had of it, in this shard or before.</param>
internal sealed record ShardSeries(int Id, IReadOnlyList<string> Tags, long Latest);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ShardContent))]
internal sealed partial class ShardJson : JsonSerializerContext;
