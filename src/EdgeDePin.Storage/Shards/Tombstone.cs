using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeDePin.Storage.Shards;

/// <summary>
/// What was deleted by request: the points of some series of one measurement between two instants, as far as they were
/// stored before. It lies in the log, hides rows of shards until they are written anew without them, and then goes.
/// </summary>
/// <param name="Number">From 1; shards say up to which number they are relieved.</param>
/// <param name="Sequence">The last sequence that it concerns.</param>
/// <param name="From">The first instant, ns since 1970.</param>
/// <param name="Until">The last instant.</param>
/// <param name="Series">The tag sets, keys and values in turns; null is every series.</param>
/// <param name="Gone">Those of them that had no other points: they are series no more.</param>
/// <param name="WholeMeasurement">Nothing of the measurement is left, neither its series nor the types of its fields.</param>
/// <param name="After">The sequence before the first one that it concerns.</param>
internal sealed record Tombstone(
    long Number, long Sequence, string Measurement, long From, long Until, IReadOnlyList<IReadOnlyList<string>>? Series,
    IReadOnlyList<IReadOnlyList<string>> Gone, bool WholeMeasurement, long After = 0)
{
    private HashSet<string>? _series, _gone;

    // What was made of the lists is not copied: "with" gives the copy other lists.
    private Tombstone(Tombstone original)
    {
        (Number, Sequence, Measurement, From, Until) = (original.Number, original.Sequence, original.Measurement, original.From, original.Until);
        (Series, Gone, WholeMeasurement, After) = (original.Series, original.Gone, original.WholeMeasurement, original.After);
    }

    public bool Concerns(IReadOnlyList<string> tags) => Series is null || (_series ??= [.. Series.Select(Key)]).Contains(Key(tags));

    public bool Ends(IReadOnlyList<string> tags) => WholeMeasurement || (_gone ??= [.. Gone.Select(Key)]).Contains(Key(tags));

    /// <summary>Whether a file has rows that are deleted, or names series that are none any more.</summary>
    public bool Touches(ShardMeasurement file) => file.Name == Measurement && (WholeMeasurement
        || (From <= file.LastInstant && Until >= file.FirstInstant && file.Series.Any(series => Concerns(series.Tags)))
        || file.Series.Any(series => Ends(series.Tags)));

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, TombstoneJson.Default.Tombstone);

    public static Tombstone Decode(ReadOnlySpan<byte> payload) => JsonSerializer.Deserialize(payload, TombstoneJson.Default.Tombstone)!;

    // Keys hold no control characters and values none at their start, so this is unambiguous.
    private static string Key(IReadOnlyList<string> tags) => string.Join('\n', tags);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Tombstone))]
internal sealed partial class TombstoneJson : JsonSerializerContext;
