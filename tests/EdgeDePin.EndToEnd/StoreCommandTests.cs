using System.Globalization;
using System.Text;

namespace EdgeDePin.EndToEnd;

/// <summary><c>edgedepin store</c> beside a node that runs.</summary>
public sealed class StoreCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-store-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_running_node_is_backed_up_while_it_is_written_to_and_the_copy_is_a_store()
    {
        await using MeteredNode node = await MeteredNode.StartAsync();
        using var ending = new CancellationTokenSource();
        long acknowledged = 0;
        Task writing = WriteAsync(node.Url, count => Interlocked.Exchange(ref acknowledged, count), ending.Token);
        await Eventually.HoldsAsync(() => Interlocked.Read(ref acknowledged) >= 5_000, TimeSpan.FromSeconds(60), () => node.Telemetry.Error);
        long before = Interlocked.Read(ref acknowledged);
        string copy = Path.Combine(_folder, "copy"), restored = Path.Combine(_folder, "restored");
        await CliCall.DoneAsync("store", "snapshot", "--data", node.Data, "--out", copy);
        long after = Interlocked.Read(ref acknowledged) + 1_000;
        await CliCall.RefusedAsync(3, "exists", "store", "snapshot", "--data", node.Data, "--out", copy);
        await ending.CancelAsync();
        await writing;

        await CliCall.DoneAsync("store", "restore", "--from", copy, "--data", restored);
        Assert.Contains("whole.", await CliCall.DoneAsync("store", "check", "--data", restored), StringComparison.Ordinal);
        string lines = Path.Combine(_folder, "lines");
        await CliCall.DoneAsync("store", "export", "--data", restored, "--format", "lp", "--out", lines);
        long[] numbers = [.. Numbers(Directory.GetFiles(lines).SelectMany(File.ReadAllLines))];
        Assert.InRange(numbers.Length, before, after);
        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(number => (long)number), numbers);
    }

    private static IEnumerable<long> Numbers(IEnumerable<string> points) => points.Where(line => line.StartsWith("backup v=", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ')[1][2..^1], CultureInfo.InvariantCulture)).Order();

    private static async Task WriteAsync(string url, Action<long> acknowledge, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        for (long first = 1; !cancellationToken.IsCancellationRequested; first += 1_000)
        {
            string lines = string.Join('\n', Enumerable.Range(0, 1_000).Select(at => $"backup v={first + at}i {first + at}"));
            using var body = new StringContent(lines, Encoding.UTF8);
            using HttpResponseMessage answer = await http.PostAsync($"{url}/write?db=edgedepin", body, TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
            acknowledge(first + 999);
        }
    }
}
