using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

/// <summary>An ext4 that gives up its journal and becomes read-only while the store writes, as it does when a card fails.</summary>
public sealed class FailingDiskTests
{
    [Fact]
    public void A_disk_that_becomes_read_only_refuses_keeps_what_was_acknowledged_and_answers()
    {
        using LoopDisk disk = LoopDisk.Mount(32, "errors=remount-ro");
        string trigger = $"/sys/fs/ext4/{disk.Device()}/trigger_fs_error";
        Assert.SkipUnless(File.Exists(trigger), $"{trigger} is not here: this kernel does not break an ext4 on demand.");
        string folder = Path.Combine(disk.Path, "store");
        long acknowledged = 0;
        using (Store store = Stores.Open(folder))
        {
            for (; acknowledged < 5_000; acknowledged += 100)
            {
                store.Append(Batch(acknowledged));
            }

            File.WriteAllText(trigger, "a card that fails");
            for (int attempt = 0; attempt < 3; attempt++)
            {
                StoreException refused = Assert.Throws<StoreException>(() => store.Append(Batch(acknowledged)));
                Assert.Contains("Read-only file system", refused.Message, StringComparison.Ordinal);
                Assert.Contains("check the card", refused.Message, StringComparison.Ordinal);
            }

            Assert.Throws<StoreException>(store.Compact);
            Assert.Equal((acknowledged, acknowledged), (store.PointCount, store.HeadSequence));
        }

        StoreException closed = Assert.Throws<StoreException>(() => Stores.Open(folder));
        Assert.Contains("Read-only file system", closed.Message, StringComparison.Ordinal);
        disk.Restart();
        using Store again = Stores.Open(folder);
        // An append that failed may be there or not.
        Assert.Contains(again.PointCount, new[] { acknowledged, acknowledged + 100 });
        again.Append(Batch(acknowledged));
        Assert.Equal(acknowledged + 100, again.PointCount);
        Assert.Empty(again.MovedAside);
    }

    [Fact]
    public void A_full_ext4_is_lived_through_like_a_full_tmpfs()
    {
        using LoopDisk disk = LoopDisk.Mount(10);
        string folder = Path.Combine(disk.Path, "store"), ballast = Path.Combine(disk.Path, "ballast");
        File.WriteAllBytes(ballast, new byte[LongForm.IsOn ? 5_000_000 : 7_500_000]);
        long stored = 0;
        using (Store store = Stores.Open(folder))
        {
            StoreException full = Assert.Throws<StoreException>(() =>
            {
                for (; stored < 1_000_000; stored += 100)
                {
                    store.Append(Batch(stored));
                }
            });
            Assert.Contains("No space left", full.Message, StringComparison.Ordinal);
            Assert.Throws<StoreException>(store.Compact);
            Assert.Equal((stored, stored), (store.PointCount, store.HeadSequence));
        }

        using (Store stillFull = Stores.Open(folder))
        {
            Assert.Equal(stored, stillFull.PointCount);
            Assert.ThrowsAny<StoreException>(() =>
            {
                for (int attempt = 0; attempt < 100; attempt++)
                {
                    stillFull.Append(Batch(stored));
                }
            });
            File.Delete(ballast);
            stillFull.Append(Batch(stored));
            Assert.Equal(stored + 100, stillFull.PointCount);
        }

        using Store again = Stores.Open(folder);
        Assert.Equal(stored + 100, again.PointCount);
        Assert.Empty(again.MovedAside);
    }

    // Numbers that no expectation foretells: others would take too long to fill a disk.
    private static Point[] Batch(long from) =>
        [.. Enumerable.Range(0, 100).Select(at => new Point("m", [new("k", "a")], [new("v", unchecked((from + at) * 0x1E37_79B9_7F4A_7C15))], from + at))];
}
