using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

/// <summary>What was set aside comes in after all, once it is repaired.</summary>
public sealed class QuarantineTests : IDisposable
{
    private static readonly Dictionary<string, string> NoRenames = [];
    private static readonly Dictionary<string, FieldKind> NoCasts = [];
    private static readonly Dictionary<string, (double, double)> NoScales = [];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_repaired_point_is_stored_and_leaves_the_quarantine_for_good()
    {
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m v=1 10\nm v=2i 20\nm v=\"3.5\" 30\nm v=\"x\" 40"));
            Assert.Equal([3, 2, 1], store.ReadQuarantine(10).Select(one => one.Number));
            var repair = new PointRepair(null, NoRenames, new Dictionary<string, FieldKind> { ["v"] = FieldKind.Float }, NoScales);
            Assert.Null(store.Replay(1, repair.Of(Stores.Points("m v=2i 20")[0])));
            Assert.Null(store.Replay(2, repair.Of(Stores.Points("m v=\"3.5\" 30")[0])));
            Assert.Throws<FormatException>(() => repair.Of(Stores.Points("m v=\"x\" 40")[0]));
            Assert.Contains("cast or rename", store.Replay(3, Stores.Points("m v=\"x\" 40")[0]), StringComparison.Ordinal);
            Assert.Null(store.Replay(3, new PointRepair(null, new Dictionary<string, string> { ["v"] = "v_text" }, NoCasts, NoScales).Of(Stores.Points("m v=\"x\" 40")[0])));
            // Once more changes nothing.
            Assert.Null(store.Replay(1, Stores.Points("m v=2 20")[0]));
            Assert.Equal(4, store.PointCount);
        }

        for (int start = 0; start < 2; start++)
        {
            using Store again = Stores.Open(_folder);
            Assert.Equal((0, 3L, 4L), (again.ReadQuarantine(10).Count, again.QuarantineCount, again.PointCount));
            again.Compact();
        }

        using Store last = Stores.Open(_folder);
        last.Append(Stores.Points("m v=true 50"));
        Assert.Equal(4, Assert.Single(last.ReadQuarantine(10)).Number);
    }

    [Fact]
    public void Another_unit_is_a_factor_and_an_addend()
    {
        var repair = new PointRepair("weather", NoRenames, NoCasts, new Dictionary<string, (double, double)> { ["temperature"] = (0.5, -10) });
        Assert.Equal("weather,k=a temperature=24 5", repair.Of(Stores.Points("fahrenheit,k=a temperature=68i 5")[0]).ToString());
    }
}
