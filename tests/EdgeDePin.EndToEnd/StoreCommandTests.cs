using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EdgeDePin.EndToEnd;

/// <summary><c>edgedepin store</c> beside a node that runs, and on a disk that does not give everything back.</summary>
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

    // strace lets reads of the older of two segments fail, as a card does whose sectors are worn out: all of them, or every other one.
    [Fact]
    public async Task What_the_disk_does_not_give_back_is_named_and_the_rest_is_there()
    {
        ToolCall.Require("strace", "strace");
        string data;
        await using (MeteredNode node = await MeteredNode.StartAsync())
        {
            node.Sensor.Kill();
            await WriteOnceAsync(node.Url, 1);
            node.Telemetry.Interrupt();
            Assert.Equal(0, await node.Telemetry.ExitCodeAsync(TimeSpan.FromSeconds(30)));
            await using BuiltProgram again = node.Module("TelemetryModule");
            await again.LineAsync(line => line.Contains(node.Url, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
            await WriteOnceAsync(node.Url, 1_001);
            again.Interrupt();
            Assert.Equal(0, await again.ExitCodeAsync(TimeSpan.FromSeconds(30)));
            data = Path.Combine(_folder, "all");
            await ToolCall.RunAsync("cp", "-r", node.Data, data);
            await ToolCall.RunAsync("cp", "-r", node.Data, Path.Combine(_folder, "some"));
        }

        (long[] all, string[] gaps) = await OpenedAsync(data, "1+");
        Assert.Equal(Enumerable.Range(1_001, 1_000).Select(number => (long)number), all);
        Assert.Contains(gaps, row => Field(row, "first_sequence") == 1 && Field(row, "last_sequence") >= 1_000);
        // What is gone stays gone, and is said again by whoever asks.
        (int code, string finding, _) = await CliCall.RunAsync("store", "check", "--data", data);
        Assert.True(code == 1 && finding.Contains("sequences 1 to ", StringComparison.Ordinal), finding);

        (long[] some, gaps) = await OpenedAsync(Path.Combine(_folder, "some"), "1+2");
        Assert.Equal(1_000, some.Count(number => number > 1_000));
        Assert.True(some.Length == 2_000 || gaps.Sum(row => Field(row, "last_sequence") - Field(row, "first_sequence") + 1) >= 2_000 - some.Length, string.Join('\n', gaps));
    }

    // Opens the store under strace, which ends with what it repaired, and says what is in it afterwards.
    private async Task<(long[] Numbers, string[] Gaps)> OpenedAsync(string data, string which)
    {
        string segment = Directory.GetFiles(Path.Combine(data, "segments")).Order(StringComparer.Ordinal).First();
        await ToolCall.RunAsync(
            "strace", "-f", "-qq", "-o", Path.Combine(_folder, "trace"), "-P", segment, "-e", "trace=pread64", "-e", $"inject=pread64:error=EIO:when={which}",
            CliCall.Program, "store", "stats", "--data", data);
        Assert.Contains("EIO", await File.ReadAllTextAsync(Path.Combine(_folder, "trace"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        string lines = $"{data}-lines";
        await CliCall.DoneAsync("store", "export", "--data", data, "--format", "lp", "--out", lines);
        string[] points = [.. Directory.GetFiles(lines).SelectMany(File.ReadAllLines)];
        return ([.. Numbers(points)], [.. points.Where(line => line.StartsWith("storage_gap", StringComparison.Ordinal))]);
    }

    private static IEnumerable<long> Numbers(IEnumerable<string> points) => points.Where(line => line.StartsWith("backup v=", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ')[1][2..^1], CultureInfo.InvariantCulture)).Order();

    private static long Field(string line, string name) =>
        long.Parse(Regex.Match(line, $"{name}=(\\d+)i").Groups[1].Value, CultureInfo.InvariantCulture);

    private static async Task WriteOnceAsync(string url, int first)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var body = new StringContent(string.Join('\n', Enumerable.Range(first, 1_000).Select(number => $"backup v={number}i {number}")), Encoding.UTF8);
        using HttpResponseMessage answer = await http.PostAsync($"{url}/write?db=edgedepin", body, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

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
