using System.Globalization;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.Shards;

/// <summary>The rows of shards as SQL, without those that are deleted.</summary>
internal static class ColdRows
{
    /// <summary>FROM items, each with the columns that its files have; none where no shard has the measurement.</summary>
    public static IEnumerable<string> Of(int measurement, IEnumerable<Shard> shards, Tombstones tombstones)
    {
        var whole = new List<string>();
        var partly = new List<string>();
        foreach (Shard shard in shards)
        {
            foreach (ShardMeasurement of in shard.Content.Measurements.Where(of => of.Id == measurement))
            {
                string file = $"'{HotDatabase.Quoted(shard.PathOf(of))}'";
                string[] masks = [.. tombstones.Hiding(shard, of).Select(one => Mask(one, of)).OfType<string>()];
                if (masks.Length == 0)
                {
                    whole.Add(file);
                }
                else if (!masks.Contains("TRUE", StringComparer.Ordinal))
                {
                    partly.Add($"(SELECT * FROM read_parquet({file}) WHERE NOT ({string.Join(" OR ", masks)}))");
                }
            }
        }

        return whole.Count == 0 ? partly : partly.Prepend($"(SELECT * FROM read_parquet([{string.Join(", ", whole)}], union_by_name = true))");
    }

    private static string? Mask(Tombstone one, ShardMeasurement measurement)
    {
        if (one.WholeMeasurement)
        {
            return "TRUE";
        }

        string span = $"ts BETWEEN {Number(one.From)} AND {Number(one.Until)} AND seq <= {Number(one.Sequence)}";
        if (one.Series is null)
        {
            return span;
        }

        string ids = string.Join(',', measurement.Series.Where(series => one.Concerns(series.Tags)).Select(series => series.Id));
        return ids.Length == 0 ? null : $"{span} AND series IN ({ids})";
    }

    // The smallest number has no literal: a minus and a number that is too large by one.
    public static string Number(long value) =>
        value == long.MinValue ? "(-9223372036854775807 - 1)" : value.ToString(CultureInfo.InvariantCulture);
}
