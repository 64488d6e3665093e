using System.Globalization;
using DuckDB.NET.Data;
using EdgeDePin.Storage.Duck;
using EdgeDePin.Storage.Shards;

namespace EdgeDePin.Storage;

/// <summary>Takes points out of the tables, hides those in shards, and forgets what has no points any more.</summary>
internal sealed class Deleting(DuckDBConnection writer, Catalogue catalogue)
{
    /// <param name="series">Null is every series of the measurement.</param>
    /// <param name="one">What is to go; of which series, and which of them are gone then, is added here.</param>
    /// <param name="keep">Makes the tombstone durable.</param>
    /// <param name="commit">Commits, and lets readers see it.</param>
    public void Run(Catalogue.Entry entry, IReadOnlyList<Series>? series, Tombstone one, Action<Tombstone> keep, Action<DuckDBTransaction> commit)
    {
        // As of now: a series may have gone since the request was read.
        HashSet<int>? asked = series?.Select(of => of.Id).ToHashSet();
        IReadOnlyList<Series> concerned = [.. entry.Series.Where(of => asked?.Contains(of.Id) ?? true)];
        bool all = concerned.Count == entry.Series.Count;
        one = one with { Series = all ? null : [.. concerned.Select(TagsOf)] };
        Action? undo = null;
        using DuckDBTransaction transaction = writer.BeginTransaction();
        try
        {
            DeleteHot(entry, all ? null : concerned, one);
            undo = catalogue.Hide(one, entry, writer);
            Series[] gone = Emptied(entry, concerned, one.From, one.Until);
            one = one with { Gone = [.. gone.Select(TagsOf)], WholeMeasurement = gone.Length == entry.Series.Count };
            keep(one);
            catalogue.Settle(new Tombstones(catalogue.Tombstones.All.SetItem(catalogue.Tombstones.All.Count - 1, one)));
            catalogue.Forget(entry, gone, writer);
            commit(transaction);
        }
        catch
        {
            transaction.Dispose();
            undo?.Invoke();
            throw;
        }
    }

    /// <summary>At a start, where the log comes to a tombstone: of the shards it is known already.</summary>
    public void Bury(Catalogue.Entry entry, Tombstone one)
    {
        using DuckDBTransaction transaction = writer.BeginTransaction();
        DeleteHot(entry, one.Series is null ? null : [.. entry.Series.Where(series => one.Concerns(TagsOf(series)))], one);
        catalogue.Forget(entry, [.. entry.Series.Where(series => one.Ends(TagsOf(series)))], writer);
        transaction.Commit();
    }

    private void DeleteHot(Catalogue.Entry entry, IReadOnlyList<Series>? series, Tombstone one)
    {
        string only = series is null ? "" : $" AND series IN ({string.Join(',', series.Select(of => of.Id).DefaultIfEmpty())})";
        writer.Execute($"DELETE FROM {Catalogue.HotTable(entry.Id)} WHERE ts BETWEEN {Sql(one.From)} AND {Sql(one.Until)} AND seq > {one.After} AND seq <= {one.Sequence}{only}");
    }

    private Series[] Emptied(Catalogue.Entry entry, IReadOnlyList<Series> concerned, long from, long until)
    {
        if (from == long.MinValue && until == long.MaxValue)
        {
            return [.. concerned];
        }

        HashSet<int> left = [.. writer.Rows($"SELECT DISTINCT series FROM points_{entry.Id}").Select(row => row.GetInt32(0))];
        return [.. concerned.Where(series => !left.Contains(series.Id))];
    }

    private static string Sql(long value) => value == long.MinValue ? "(-9223372036854775807 - 1)" : value.ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyList<string> TagsOf(Series series) => [.. series.Tags.SelectMany(tag => (string[])[tag.Key, tag.Value])];
}
