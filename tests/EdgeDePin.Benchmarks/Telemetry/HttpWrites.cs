using EdgeDePin.Benchmarks.Data;
using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Benchmarks.Servers;

namespace EdgeDePin.Benchmarks.Telemetry;

/// <summary>How many points a second a fresh server acknowledges over HTTP.</summary>
internal sealed class HttpWrites(int clients, bool gzip)
{
    public const int LinesPerBody = 5_000;
    private const int WarmUpPoints = 200_000;
    private const int Points = 1_000_000;

    private IReadOnlyList<byte[]>? _warmUp;
    private IReadOnlyList<byte[]>? _bodies;

    public Contender Contender(LineServer server) => new(server.Name, (bench, cancellationToken) => RateAsync(server, bench, cancellationToken), server.Missing);

    /// <returns>Points a second.</returns>
    public async Task<double> RateAsync(LineServer kind, Bench bench, CancellationToken cancellationToken)
    {
        Prepare();
        await using ServerProcess server = await kind.StartAsync(bench, cancellationToken);
        using var load = new WriteLoad(server.Url, kind.Database, clients, gzip);
        await load.PostAsync(_warmUp!, cancellationToken);
        TimeSpan took = await load.PostAsync(_bodies!, cancellationToken);
        return Points / took.TotalSeconds;
    }

    private void Prepare()
    {
        if (_bodies is null)
        {
            List<byte[]> all = new EnvSeries(seed: 1).Bodies(WarmUpPoints + Points, LinesPerBody);
            all = gzip ? EnvSeries.Compressed(all) : all;
            (_warmUp, _bodies) = ([.. all.Take(WarmUpPoints / LinesPerBody)], [.. all.Skip(WarmUpPoints / LinesPerBody)]);
        }
    }
}
