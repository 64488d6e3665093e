using System.Diagnostics;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

/// <summary>A full disk is a state that the store lives through. On a small file system of its own, for which one must be root.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _mounted;

    public void Dispose()
    {
        if (_mounted)
        {
            Run("umount", _folder);
        }

        _folder.Dispose();
    }

    [Fact]
    public void Nothing_acknowledged_is_lost_on_a_full_disk_and_it_goes_on_when_there_is_space()
    {
        _mounted = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", _folder);
        Assert.SkipUnless(_mounted, "Mounting a small file system needs root.");
        long stored = 0;
        using (Store store = Stores.Open(_folder))
        {
            StoreException full = Assert.Throws<StoreException>(() =>
            {
                for (; stored < 1_000_000; stored += 1_000)
                {
                    store.Append(Batch(stored));
                }
            });
            Assert.Contains("could not commit: No space left", full.Message, StringComparison.Ordinal);
            Assert.Throws<StoreException>(() => store.Append(Batch(stored)));
            Assert.Equal((stored, stored), (store.PointCount, store.HeadSequence));
        }

        using (Store stillFull = Stores.Open(_folder))
        {
            Assert.Equal(stored, stillFull.PointCount);
            Assert.True(Run("mount", "-o", "remount,size=64m", _folder));
            stillFull.Append(Batch(stored));
            Assert.Equal(stored + 1_000, stillFull.PointCount);
        }

        using Store again = Stores.Open(_folder);
        Assert.Equal(stored + 1_000, again.PointCount);
        Assert.Empty(again.MovedAside);
    }

    // Numbers that no expectation foretells: others would take too long to fill a disk.
    private static Point[] Batch(long from) =>
        [.. Enumerable.Range(0, 1_000).Select(at => new Point("m", [new("k", "a")], [new("v", unchecked((from + at) * 0x1E37_79B9_7F4A_7C15))], from + at))];

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
