using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

public sealed class StoreCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Each of the files that are left is whole, and the log ends in order: only the head says that there was more.
    [Fact]
    public void A_newest_segment_that_is_gone_as_a_whole_is_found()
    {
        for (int life = 1; life <= 2; life++)
        {
            using Store store = Stores.Open(_folder);
            store.Append(Stores.Points($"m v=1 {life}0\nm v=2 {life}1"));
        }

        Assert.Empty(StoreCheck.Of(_folder).Findings);
        File.Delete(Directory.GetFiles(_folder.Sub("segments")).Order(StringComparer.Ordinal).Last());
        Assert.Equal(
            ["the log ends at sequence 2, and the store was closed at 4: sequences 3 to 4 are missing"], StoreCheck.Of(_folder).Findings);
    }
}
