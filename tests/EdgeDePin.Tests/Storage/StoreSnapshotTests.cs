using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

public sealed class StoreSnapshotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _elsewhere = new();

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public void A_snapshot_of_an_open_store_is_restored_with_everything_up_to_then()
    {
        string snapshot = _elsewhere.Sub("snapshot"), restored = _elsewhere.Sub("restored");
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m v=1 10\nm v=2 20"));
            store.Compact();
            store.Append(Stores.Points("m v=3 30\nm v=4i 40"));
            store.SetCursor("influxdb", 2);
            store.Snapshot(snapshot);
            store.Append(Stores.Points("m v=5 50"));
            Assert.Contains("exists", Assert.Throws<StoreException>(() => store.Snapshot(snapshot)).Message, StringComparison.Ordinal);
        }

        StoreSnapshot.Restore(snapshot, restored);
        using Store again = Stores.Open(restored);
        Assert.Equal(["m v=1 10", "m v=2 20", "m v=3 30"], again.ReadAfter(0, 10).Select(stored => stored.Point.ToString()));
        Assert.Equal((2L, 1L, 2L), (again.GetCursor("influxdb"), again.QuarantineCount, again.Epoch));
        Assert.Empty(again.MovedAside);
        Assert.False(Directory.Exists(restored + ".partial"));
    }

    [Fact]
    public void A_damaged_snapshot_is_refused()
    {
        string snapshot = _elsewhere.Sub("snapshot");
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m v=1 10"));
            store.Snapshot(snapshot);
        }

        string segment = Directory.GetFiles(Path.Combine(snapshot, "segments"))[0];
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[^1] ^= 1;
        File.WriteAllBytes(segment, bytes);
        StoreException refusal = Assert.Throws<StoreException>(() => StoreSnapshot.Restore(snapshot, _elsewhere.Sub("restored")));
        Assert.Contains("is damaged: segment ", refusal.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(_elsewhere.Sub("restored")));
    }

    [Fact]
    public void A_copy_of_a_damaged_store_does_not_appear()
    {
        string snapshot = _elsewhere.Sub("snapshot");
        using (Store store = Stores.Open(_folder))
        {
            store.Append(Stores.Points("m v=1 10"));
            store.Append(Stores.Points("m v=2 20"));
        }

        string segment = Directory.GetFiles(_folder.Sub("segments"))[0];
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(segment, bytes);
        StoreException refusal = Assert.Throws<StoreException>(() => StoreSnapshot.Take(_folder, snapshot));
        Assert.Contains("was not kept: segment ", refusal.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(snapshot) || Path.Exists(snapshot + ".partial"));
    }

    [Fact]
    public void A_store_that_is_closed_while_it_is_copied_can_be_restored()
    {
        string snapshot = _elsewhere.Sub("snapshot"), restored = _elsewhere.Sub("restored");
        Store store = Stores.Open(_folder);
        store.Append(Stores.Points("m v=1 10"));
        StoreSnapshot.Copy(_folder, snapshot, part =>
        {
            StoreSnapshot.CopyFolder(_folder.Sub(part.Name), part.Target);
            if (part.Name == "segments")
            {
                store.Append(Stores.Points("m v=2 20"));
                store.Dispose();
            }
        });
        StoreSnapshot.Restore(snapshot, restored);
        using Store again = Stores.Open(restored);
        Assert.Equal(["m v=1 10"], again.ReadAfter(0, 10).Select(stored => stored.Point.ToString()));
    }
}
