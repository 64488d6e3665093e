using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Servers;

/// <summary>A server that is started and given its data when the first row asks it, and stays until all rows are measured.</summary>
/// <param name="load">Writes the data.</param>
internal sealed class LoadedServer(LineServer kind, Func<Uri, string, CancellationToken, Task> load) : IAsyncDisposable
{
    /// <summary>A question that took longer is not asked again for the next repetition.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The runtime compiles with care what was called thirty times.</summary>
    private const int WarmUps = 40;

    private static readonly TimeSpan WarmingUp = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, double> _slow = new(StringComparer.Ordinal);
    private HttpClient? _http;

    public LineServer Kind => kind;

    public ServerProcess? Process { get; private set; }

    /// <summary>Asks without a clock for a moment, then so many times with it: a node that runs for months has compiled its code.</summary>
    /// <param name="path">Path and query of the request; given the database.</param>
    /// <returns>The median of the times from the request to the last byte of the answer, in ms.</returns>
    public async Task<double> AskAsync(Bench bench, Func<string, string> path, int times, CancellationToken cancellationToken)
    {
        string request = path(kind.Database);
        if (_slow.TryGetValue(request, out double slow))
        {
            return slow;
        }

        HttpClient http = await OpenAsync(bench, cancellationToken);
        double first = await AskAsync(http, request, cancellationToken);
        if (first > Patience.TotalMilliseconds)
        {
            return _slow[request] = first;
        }

        long began = Stopwatch.GetTimestamp();
        for (int turn = 0; turn < WarmUps && Stopwatch.GetElapsedTime(began) < WarmingUp; turn++)
        {
            await AskAsync(http, request, cancellationToken);
        }

        var took = new List<double>();
        for (int turn = 0; turn < times; turn++)
        {
            took.Add(await AskAsync(http, request, cancellationToken));
        }

        took.Sort();
        return took[took.Count / 2];
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (Process is not null)
        {
            await Process.DisposeAsync();
        }
    }

    private async Task<HttpClient> OpenAsync(Bench bench, CancellationToken cancellationToken)
    {
        if (_http is not null)
        {
            return _http;
        }

        bench.Keep(this);
        Process = await kind.StartAsync(bench, cancellationToken);
        long start = Stopwatch.GetTimestamp();
        await load(Process.Url, kind.Database, cancellationToken);
        bench.Say($"{kind.Name} loaded in {Stopwatch.GetElapsedTime(start).TotalSeconds:N0} s");
        // What it still does about the load is not part of the questions.
        await Task.Delay(Settling, cancellationToken);
        return _http = new HttpClient { BaseAddress = Process.Url, Timeout = TimeSpan.FromMinutes(5) };
    }

    private static async Task<double> AskAsync(HttpClient http, string request, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await http.GetAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[64 * 1024];
        long length = 0;
        string begin = "";
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0; length += read)
        {
            begin = length == 0 ? System.Text.Encoding.UTF8.GetString(buffer, 0, Math.Min(read, 300)) : begin;
        }

        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return answer.IsSuccessStatusCode && !begin.Contains("\"error\"", StringComparison.Ordinal)
            ? took
            : throw new IOException($"{http.BaseAddress} answered {(int)answer.StatusCode} to {Uri.UnescapeDataString(request)}: {begin}");
    }
}
