using System.Text;
using EdgeDePin.Benchmarks.Data;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

/// <summary>What the benchmarks ask has the answers of influxd: with shards and newest rows, with points that came late.</summary>
public sealed class TruckQueriesTests
{
    private const int Trucks = 12, Days = 1, LinesPerBody = 4_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_twelve_questions_about_trucks_have_the_answers_of_influxd(bool late)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using InfluxServer server = await InfluxServer.StartAsync(cancellationToken);
        await server.CreateDatabaseAsync("bench", cancellationToken);
        using var folder = new TemporaryFolder();
        using Store store = Stores.Open(folder);
        List<byte[]> bodies = [.. new TruckFleet(seed: 5, Trucks).Bodies(Days * 8_640, LinesPerBody)];
        if (late)
        {
            // Some bodies come after those behind them, and one of them twice.
            for (int at = 1; at + 1 < bodies.Count; at += 7)
            {
                (bodies[at], bodies[at + 1]) = (bodies[at + 1], bodies[at]);
            }

            bodies.Add(bodies[bodies.Count / 2]);
        }

        for (int at = 0; at < bodies.Count; at++)
        {
            string lines = Encoding.ASCII.GetString(bodies[at]);
            await server.WriteAsync("bench", lines, cancellationToken);
            store.Append(Stores.Points(lines.TrimEnd('\n')));
            if (at % 20 == 12)
            {
                store.Compact();
            }
        }

        var api = new InfluxApi(store, TimeProvider.System);
        var different = new List<string>();
        foreach ((string name, _, string query) in TruckQueries.Of(Days))
        {
            string expected = await server.QueryAsync(query, "bench", null, cancellationToken);
            string actual = Encoding.UTF8.GetString(api.Query(query, "bench", null, pretty: false).Body);
            // Means of several series are added in another order.
            if (expected != actual && !AlmostEqualJson.Are(expected, actual))
            {
                different.Add($"{name}: {query}\n  influxd {expected[..Math.Min(700, expected.Length)]}\n  ours    {actual[..Math.Min(700, actual.Length)]}");
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
    }
}
