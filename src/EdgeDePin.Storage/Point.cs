using System.Collections.Immutable;

namespace EdgeDePin.Storage;

/// <summary>A label of a series, e.g. <c>sensor=roof</c>. Neither side is empty.</summary>
public readonly record struct Tag(string Key, string Value);

/// <summary>A named value of a point.</summary>
public readonly record struct Field(string Key, FieldValue Value);

/// <summary>
/// InfluxDB's noun: the values that one series (measurement and tag set) had at one instant. A point that exists can be
/// written as one line of line protocol and read back unchanged. Two points of the same series and instant are one point;
/// of the same field the later one counts.
/// </summary>
public sealed class Point
{
    /// <param name="tags">In any order; they are kept sorted by the UTF-8 bytes of the key.</param>
    /// <param name="fields">At least one; of two with the same key the last one counts.</param>
    /// <param name="instant">Nanoseconds since 1970-01-01 UTC; negative is before.</param>
    /// <exception cref="ArgumentException">
    /// A name, tag or field that no line of line protocol could carry: empty, a control character, half a surrogate pair, a
    /// trailing backslash, a measurement that starts with '#', a tag key twice, or no field.
    /// </exception>
    public Point(string measurement, IEnumerable<Tag> tags, IEnumerable<Field> fields, long instant)
    {
        (Measurement, Fields, Instant) = (measurement, [.. fields], instant);
        Tags = Sorted([.. tags]);
        if (PointRules.Violation(this) is { } violation)
        {
            throw new ArgumentException(violation);
        }
    }

    private Point(string measurement, ImmutableArray<Tag> tags, ImmutableArray<Field> fields, long instant) =>
        (Measurement, Tags, Fields, Instant) = (measurement, tags, fields, instant);

    public string Measurement { get; }

    /// <summary>Sorted by the UTF-8 bytes of the key.</summary>
    public ImmutableArray<Tag> Tags { get; }

    public ImmutableArray<Field> Fields { get; }

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public long Instant { get; }

    /// <summary>The instant of <paramref name="time"/> in nanoseconds since 1970, exact to the 100 ns of .NET.</summary>
    /// <exception cref="OverflowException">Before 1677-09-21 or after 2262-04-11.</exception>
    public static long InstantOf(DateTimeOffset time) =>
        checked((time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100);

    /// <summary>For readers that have just checked every rule themselves.</summary>
    internal static Point Checked(string measurement, ImmutableArray<Tag> sortedTags, ImmutableArray<Field> fields, long instant) =>
        new(measurement, sortedTags, fields, instant);

    internal static ImmutableArray<Tag> Sorted(ImmutableArray<Tag> tags)
    {
        for (int at = 1; at < tags.Length; at++)
        {
            if (Utf8Order.Instance.Compare(tags[at - 1].Key, tags[at].Key) > 0)
            {
                return tags.Sort((left, right) => Utf8Order.Instance.Compare(left.Key, right.Key));
            }
        }

        return tags;
    }

    /// <summary>The point as its line of line protocol.</summary>
    public override string ToString() => LineProtocol.Encode(this);
}
