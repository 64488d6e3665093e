using EdgeDePin.Node;
using EdgeDePin.Storage;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.Tests.Node;

/// <summary>A caller goes on only when what it brought is durable.</summary>
public sealed class WriteLaneTests
{
    private static Point At(long instant) => new("m", [new("node", "a")], [new("value", 1.0)], instant);

    [Fact]
    public async Task What_waits_together_is_committed_and_every_caller_is_told()
    {
        using var folder = new TemporaryFolder();
        using Store store = Stores.Open(folder.Path);
        var lane = new WriteLane(store);
        using var ending = new CancellationTokenSource();
        Task[] callers = [.. Enumerable.Range(1, 200).Select(instant => lane.AppendAsync([At(instant)], TestContext.Current.CancellationToken))];
        Task running = lane.RunAsync(ending.Token);
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(200, store.PointCount);
        await ending.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_still_waits_at_the_end_is_committed()
    {
        using var folder = new TemporaryFolder();
        using Store store = Stores.Open(folder.Path);
        var lane = new WriteLane(store);
        Task caller = lane.AppendAsync([At(1), At(2)], TestContext.Current.CancellationToken);
        await lane.RunAsync(new CancellationToken(canceled: true));
        await caller.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(2, store.PointCount);
    }
}
