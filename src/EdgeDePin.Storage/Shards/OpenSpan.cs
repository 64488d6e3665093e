using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Shards;

/// <summary>A span of sequences that nothing is added to any more, and that no shard holds yet.</summary>
/// <param name="After">The sequence before its first.</param>
/// <param name="Latest">The latest instant of each measurement's series.</param>
/// <param name="Segments">The files that hold nothing later.</param>
/// <param name="Tombstones">The number of the last one; what it deletes is not in the tables any more.</param>
internal sealed record OpenSpan(
    long After, long Until, IReadOnlyList<MeasurementSchema> Measurements, IReadOnlyDictionary<(int Measurement, int Series), long> Latest,
    IReadOnlyList<string> Segments, long Tombstones);
