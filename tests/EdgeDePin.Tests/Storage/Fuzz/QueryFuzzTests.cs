using System.Text;
using System.Text.Json;
using EdgeDePin.Storage;
using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Tests.Storage.Fuzz;

/// <summary>Queries that nobody would ask: statements or an error that says where, an answer that is JSON, and no hang.</summary>
public sealed class QueryFuzzTests : IDisposable
{
    private static readonly string[] Seeds = [.. InfluxQlDifferentialTests.Queries.Select(row => row.Data), .. InfluxQlQueries.Further];
    private static readonly string?[] Databases = ["bench", "bench", "bench", "nope", "", null];
    private static readonly string?[] Epochs = [null, "ns", "u", "ms", "s", "m", "h", "x"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_text_is_parsed_or_refused() => FuzzRun.Run(
        40_000, 1, random => Next(random, new InfluxQlGenerator(random.Next())),
        query =>
        {
            try
            {
                Parser.Parse(query);
            }
            catch (InfluxQlException error)
            {
                Assert.NotEmpty(error.Message);
            }
        },
        query => query, query => 1_000_000 + (20_000L * query.Length));

    [Fact]
    public void A_text_is_answered_with_rows_or_an_error()
    {
        using Store store = Stores.Open(_folder);
        store.Append(Stores.Points(InfluxQlData.All));
        var api = new InfluxApi(store, TimeProvider.System);
        FuzzRun.Run(
            1_000, 0.03,
            random => (Query: Next(random, new InfluxQlGenerator(random.Next())), Database: Databases[random.Next(Databases.Length)], Epoch: Epochs[random.Next(Epochs.Length)]),
            input =>
            {
                InfluxResponse answer = api.Query(input.Query, input.Database, input.Epoch, pretty: false);
                Assert.True(answer.Status is 200 or 400, $"{answer.Status}");
                using JsonDocument json = JsonDocument.Parse(answer.Body);
                Assert.True(json.RootElement.TryGetProperty(answer.Status == 200 ? "results" : "error", out _), Encoding.UTF8.GetString(answer.Body));
            },
            input => $"db {input.Database}, epoch {input.Epoch}: {input.Query}",
            _ => 2_000_000_000);
    }

    private static string Next(Random random, InfluxQlGenerator generator)
    {
        string seed = random.Next(3) == 0 ? generator.Next() : Seeds[random.Next(Seeds.Length)];
        string Another() => Seeds[random.Next(Seeds.Length)];
        return random.Next(6) switch
        {
            0 => Encoding.UTF8.GetString(Mutation.Bytes(random, Encoding.UTF8.GetBytes(seed), () => Encoding.UTF8.GetBytes(Another()))),
            1 => $"{new string('(', random.Next(2_000))}{seed}{new string(')', random.Next(2_000))}",
            2 => $"SELECT {string.Join('+', Enumerable.Repeat("v", random.Next(1, 2_000)))} FROM {string.Concat(Enumerable.Repeat("(SELECT v FROM ", random.Next(200)))}cpu",
            _ => Mutation.Words(random, seed, Another),
        };
    }
}
