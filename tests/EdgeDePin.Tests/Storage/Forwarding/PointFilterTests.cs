using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;

namespace EdgeDePin.Tests.Storage.Forwarding;

/// <summary>The filter says the same of a point whether it is an object or stands in columns.</summary>
public sealed class PointFilterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_point_that_was_added_is_found_among_others_in_columns_and_others_are_not()
    {
        using Store store = Stores.Open(_folder);
        store.Append([.. Enumerable.Range(0, 2_000).Select(at => new Point(
            at % 3 == 0 ? "m" : "n", at % 5 == 0 ? [] : [new("k", $"{at % 7}")], [new(at % 2 == 0 ? "v" : "w", at)], at * 1_000L))]);
        foreach (bool cold in (bool[])[false, true])
        {
            IReadOnlyList<StoredPoint> all = store.ReadAfter(0, 2_000);
            Assert.Equal(2_000, all.Count);
            foreach (int at in (int[])[0, 1, 2, 5, 999, 1_999])
            {
                var filter = new PointFilter();
                Assert.False(filter.MayHaveAny(all));
                filter.Add(all[at].Point);
                Assert.True(filter.MayHaveAny(all));
                Assert.True(filter.MayHaveAny([all[at]]));
                Assert.True(filter.MayHaveAny(store.ReadAfter(at, 1)));
                Assert.False(filter.MayHaveAny(store.ReadAfter(at + 1, 2_000)));
                Assert.False(filter.MayHaveAny(all.Take(at).ToList()));
            }

            if (!cold)
            {
                store.Compact();
            }
        }
    }
}
