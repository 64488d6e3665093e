using EdgeDePin.Benchmarks.Data;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How many points a second a fresh server acknowledges over HTTP.</summary>
internal sealed class HttpWrites(int clients, bool gzip, int points = 1_000_000)
{
    public const int LinesPerBody = 5_000;
    private const int WarmUpPoints = 200_000;

    private IReadOnlyList<byte[]>? _warmUp;
    private IReadOnlyList<byte[]>? _bodies;

    /// <param name="value">What counts, from the server that took the points and the time that it needed.</param>
    public Contender Contender(LineServer server, Func<ServerProcess, TimeSpan, double> value) =>
        new(server.Name, (bench, cancellationToken) => MeasureAsync(server, value, bench, cancellationToken), server.Missing);

    /// <param name="beside">What else happens to the server meanwhile.</param>
    public async Task<double> MeasureAsync(
        LineServer kind, Func<ServerProcess, TimeSpan, double> value, Bench bench, CancellationToken cancellationToken,
        Func<ServerProcess, CancellationToken, Task>? beside = null)
    {
        Prepare();
        await using ServerProcess server = await kind.StartAsync(bench, cancellationToken);
        using var load = new WriteLoad(server.Url, kind.Database, clients, gzip);
        await load.PostAsync(_warmUp!, cancellationToken);
        using var written = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task other = beside?.Invoke(server, written.Token) ?? Task.CompletedTask;
        TimeSpan took = await load.PostAsync(_bodies!, cancellationToken);
        await written.CancelAsync();
        await other;
        return value(server, took);
    }

    /// <summary>Points a second.</summary>
    public double Rate(ServerProcess server, TimeSpan took) => points / took.TotalSeconds;

    /// <summary>The most resident memory, in MB (1,000,000 bytes).</summary>
    public static double PeakMegabytes(ServerProcess server, TimeSpan took) => server.PeakResidentBytes / 1e6;

    private void Prepare()
    {
        if (_bodies is null)
        {
            List<byte[]> all = new EnvSeries(seed: 1).Bodies(WarmUpPoints + points, LinesPerBody);
            all = gzip ? EnvSeries.Compressed(all) : all;
            (_warmUp, _bodies) = ([.. all.Take(WarmUpPoints / LinesPerBody)], [.. all.Skip(WarmUpPoints / LinesPerBody)]);
        }
    }
}
