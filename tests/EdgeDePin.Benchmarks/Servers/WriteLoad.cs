using System.Diagnostics;
using System.Net.Http.Headers;

namespace EdgeDePin.Benchmarks.Servers;

/// <summary>Clients that post bodies as fast as a server acknowledges them.</summary>
/// <param name="clients">Connections; each has one request under way.</param>
internal sealed class WriteLoad(Uri server, string database, int clients, bool gzip) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = server };

    /// <returns>The time from the first request to the last acknowledgement.</returns>
    /// <exception cref="IOException">A body was refused.</exception>
    public async Task<TimeSpan> PostAsync(IReadOnlyList<byte[]> bodies, CancellationToken cancellationToken)
    {
        int next = -1;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            for (int at = Interlocked.Increment(ref next); at < bodies.Count; at = Interlocked.Increment(ref next))
            {
                await PostAsync(bodies[at], cancellationToken);
            }
        }));
        return Stopwatch.GetElapsedTime(start);
    }

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        if (gzip)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        using HttpResponseMessage answer = await _http.PostAsync($"/write?db={database}", content, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new IOException($"{server} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
