using System.Collections.Immutable;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>A series of the answer: the stored series that agree in the tags of GROUP BY.</summary>
/// <param name="Tags">Null without GROUP BY tags.</param>
internal sealed record Group(IReadOnlyList<Tag>? Tags, ImmutableArray<Series> Series);

/// <summary>How GROUP BY divides the series of a measurement, in the order of the answer.</summary>
internal static class Groups
{
    /// <summary>The tag keys that GROUP BY names, sorted.</summary>
    public static ImmutableArray<string> Keys(Dimensions dimensions, IReadOnlyList<Relation> measurements)
    {
        ImmutableArray<Func<string, bool>> patterns = [.. dimensions.Regexes.Select(TagRegex.Matcher)];
        return [.. measurements.SelectMany(measurement => measurement.TagKeys)
            .Where(key => dimensions.All || patterns.Any(matches => matches(key)))
            .Concat(dimensions.Tags).Distinct(StringComparer.Ordinal).Order(Utf8Order.Instance)];
    }

    public static ImmutableArray<Group> Of(Relation measurement, ImmutableArray<string> keys, Func<Series, bool> admitted)
    {
        IEnumerable<Series> series = measurement.Series.Where(admitted).OrderBy(Text, Utf8Order.Instance);
        return keys.IsEmpty
            ? [new Group(null, [.. series])]
            : [.. series.GroupBy(one => string.Join('\0', keys.Select(key => one[key])), StringComparer.Ordinal)
                .OrderBy(group => group.Key, Utf8Order.Instance)
                .Select(group => new Group([.. keys.Select(key => new Tag(key, group.First()[key]))], [.. group]))];
    }

    /// <summary>SLIMIT and SOFFSET of the groups that could have rows; InfluxDB counts them in an order of its own.</summary>
    public static ImmutableArray<Group> Limited(ImmutableArray<Group> groups, Limits limits)
    {
        if (limits is { Series: null, SeriesOffset: 0 })
        {
            return groups;
        }

        // SOFFSET without SLIMIT leaves nothing: a limit of zero groups.
        HashSet<Group> kept = [.. groups.OrderBy(CountingKey, Utf8Order.Instance)
            .Skip((int)Math.Min(limits.SeriesOffset, int.MaxValue)).Take((int)Math.Min(limits.Series ?? 0, int.MaxValue))];
        return [.. groups.Where(kept.Contains)];
    }

    // The keys that a group has, then its values: a group that lacks a tag is counted elsewhere than it is shown.
    private static string CountingKey(Group group)
    {
        IEnumerable<Tag> present = (group.Tags ?? []).Where(tag => tag.Value.Length > 0);
        return string.Join('|', present.Select(tag => tag.Key).Concat(present.Select(tag => tag.Value)));
    }

    private static string Text(Series series) => string.Join(',', series.Tags.Select(tag => $"{tag.Key}={tag.Value}"));
}
