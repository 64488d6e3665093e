using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Ledger;

namespace EdgeDePin.Tests.Sharing.Ledger;

public sealed class ReceiptWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-receipts-").FullName;
    private readonly SemaphoreSlim _woken = new(0);

    private string File => Path.Combine(_folder, "receipts");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_rests_on_the_log_comes_back_in_its_order_and_only_when_it_is_on_the_disk()
    {
        using ReceiptFile file = ReceiptFile.Open(File);
        var writer = new ReceiptWriter(file, () => _woken.Release());
        for (int number = 0; number < 100; number++)
        {
            await writer.AddAsync([Entry(number)], [new Step.Settle(Some.Task with { Task = (uint)number })], Token);
        }

        Assert.True(writer.Busy);
        Assert.Empty(writer.Take());
        Assert.Empty(ReceiptFile.Read(File));
        Task running = writer.RunAsync();
        var done = new List<Step>();
        while (done.Count < 100)
        {
            await _woken.WaitAsync(TimeSpan.FromSeconds(10), Token);
            done.AddRange(writer.Take());
            Assert.InRange(ReceiptFile.Read(File).Count, done.Count, 100);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(number => (uint)number), done.Cast<Step.Settle>().Select(step => step.Task.Task));
        Assert.False(writer.Busy);
        writer.Complete();
        await running.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task A_disk_that_refuses_lets_nothing_out_and_says_why()
    {
        ReceiptFile file = ReceiptFile.Open(File);
        file.Dispose();
        var writer = new ReceiptWriter(file, () => _woken.Release());
        await writer.AddAsync([Entry(0)], [new Step.Settle(Some.Task)], Token);
        await writer.RunAsync().WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.ThrowsAny<Exception>(() => writer.Take());
        Assert.ThrowsAny<Exception>(() => writer.Take());
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _woken.Dispose();
    }

    private static LedgerEntry.Strike Entry(int number) => new(number, Some.Id(2), Some.Task, Some.Request().InputDigest);
}
