using System.Buffers;
using System.Collections.Immutable;
using EdgeDePin.Storage.Segments;

namespace EdgeDePin.Storage.Shards;

/// <summary>The tombstones that are still needed, oldest first. A value: the writer lane puts another in its place.</summary>
internal sealed record Tombstones(ImmutableList<Tombstone> All)
{
    public static Tombstones None { get; } = new([]);

    /// <summary>The number of the last one; 0 where none is needed.</summary>
    public long Last => All.IsEmpty ? 0 : All[^1].Number;

    /// <summary>Those of a log, each once: every segment begins with the ones that were needed then.</summary>
    public static Tombstones ReadFrom(SegmentFolder log)
    {
        var found = new SortedDictionary<long, Tombstone>();
        foreach (string path in log.Files)
        {
            SegmentScan.Visit(
                SegmentBytes.Read(path, out _),
                frame =>
                {
                    if (frame.Kind == FrameKind.Tombstone && Tombstone.Decode(frame.Payload) is var one)
                    {
                        found[one.Number] = one;
                    }
                },
                (_, _) => { });
        }

        return new Tombstones([.. found.Values]);
    }

    public Tombstones UpTo(long number) => new(All.RemoveAll(one => one.Number > number));

    public Tombstones With(Tombstone one) => new(All.Add(one));

    /// <summary>Those that still hide rows of a shard of this measurement.</summary>
    public IEnumerable<Tombstone> Hiding(Shard shard, ShardMeasurement measurement) => All.Where(one =>
        one.Number > shard.Content.Tombstones && one.Measurement == measurement.Name && one.Sequence >= shard.First);

    /// <summary>Whether a shard has rows, series or fields that are deleted.</summary>
    public bool Touch(Shard shard) => shard.Content.Measurements.Any(measurement => Hiding(shard, measurement).Any(one => one.Touches(measurement)));

    /// <summary>Whether a measurement of a shard is wholly deleted.</summary>
    public bool End(Shard shard, ShardMeasurement measurement) => Hiding(shard, measurement).Any(one => one.WholeMeasurement);

    /// <summary>The series of a measurement of a shard that are not deleted.</summary>
    public IEnumerable<ShardSeries> Living(Shard shard, ShardMeasurement measurement)
    {
        Tombstone[] hiding = [.. Hiding(shard, measurement)];
        return hiding.Length == 0 ? measurement.Series : measurement.Series.Where(series => !Array.Exists(hiding, one => one.Ends(series.Tags)));
    }

    /// <summary>Leaves out those that neither a shard nor the log has rows of.</summary>
    /// <param name="inShards">The last sequence that is in no segment any more.</param>
    public Tombstones Needed(IEnumerable<Shard> shards, long inShards)
    {
        Shard[] known = [.. shards];
        return new(All.RemoveAll(one => one.Sequence <= inShards && !Array.Exists(known, shard =>
            shard.Content.Tombstones < one.Number && shard.First <= one.Sequence && shard.Content.Measurements.Any(one.Touches))));
    }

    public void WriteTo(IBufferWriter<byte> target)
    {
        foreach (Tombstone one in All)
        {
            new Frame(FrameKind.Tombstone, one.Sequence, 0, one.Encode()).WriteTo(target);
        }
    }
}
