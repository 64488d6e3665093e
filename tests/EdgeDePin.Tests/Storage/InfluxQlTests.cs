using System.Text;
using EdgeDePin.Storage;
using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Tests.Storage;

public sealed class InfluxQlTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Store _store;
    private readonly InfluxApi _api;

    public InfluxQlTests()
    {
        _store = Stores.Open(_folder);
        _api = new InfluxApi(_store, TimeProvider.System);
        _store.Append(Stores.Points("""
            cpu,host=a,region=eu v=1,s="x" 1500000000
            cpu,host=b,region=us v=2,b=true,i=5i 1500000000
            cpu,host=a,region=eu v=3 1500000060
            cpu,host=b,region=us v=5 1500000180
            """, precision: 1_000_000_000));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    /// <summary>Truth from outside: answers recorded from InfluxDB 1.6.7. What we refuse, we refuse by name.</summary>
    [Fact]
    public void Recorded_answers_of_InfluxDB_come_out_byte_for_byte_or_are_refused_by_name()
    {
        string[] lines = File.ReadAllLines(SharedData.Require("influx", "golden-1.6.7-auth-and-influxql.txt"));
        int equal = 0;
        var refused = new List<string>();
        var different = new List<string>();
        for (int at = 0; at + 1 < lines.Length; at++)
        {
            // Cut bodies, questions about the server itself, and the order of an integral, which is chance, are nothing to compare.
            if (lines[at].Contains("integral(", StringComparison.Ordinal) || !lines[at].StartsWith("Q: ", StringComparison.Ordinal) || !lines[at + 1].EndsWith('}')
                || lines[at].StartsWith("Q: SHOW QUERIES", StringComparison.Ordinal)
                || lines[at].StartsWith("Q: SHOW USERS", StringComparison.Ordinal) || lines[at].StartsWith("Q: EXPLAIN", StringComparison.Ordinal) || lines[at + 1].Contains("partial", StringComparison.Ordinal))
            {
                continue;
            }

            string query = lines[at][3..];
            string actual = Encoding.UTF8.GetString(_api.Query(query, "bench", "ms", pretty: false).Body).TrimEnd('\n');
            if (actual == lines[at + 1])
            {
                equal++;
            }
            else if (actual.Contains("not supported by this store", StringComparison.Ordinal))
            {
                refused.Add(query);
            }
            else
            {
                different.Add($"{query}\n  recorded {lines[at + 1]}\n  ours     {actual}");
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
        Assert.True(equal >= 57, $"only {equal} equal; refused: {string.Join("; ", refused)}");
    }

    [Theory]
    [InlineData("SELECT v FROM cpu WHERE s = 'x'' OR 1=1'")]
    [InlineData("SELECT v FROM cpu WHERE s = '''; DROP TABLE measurements; --'")]
    [InlineData("SELECT v FROM cpu WHERE s = 'x\\'; DROP TABLE points_1; SELECT \\''")]
    [InlineData("SELECT \"v\\\"; DROP TABLE points_1; --\" FROM cpu")]
    [InlineData("SELECT v FROM \"points_1; DROP TABLE points_1\"")]
    [InlineData("SELECT v FROM cpu WHERE \"f0) OR (1\" = 1 AND host = 'a'' OR ''1'")]
    [InlineData("SELECT v FROM cpu GROUP BY \"host; DROP TABLE points_1\"")]
    [InlineData("SELECT v AS \"x; DROP TABLE points_1\" FROM cpu WHERE s =~ /x'; DROP TABLE points_1; --/")]
    [InlineData("SELECT f0, seq, series, ts, grp, rank FROM cpu")]
    public void Nothing_in_a_query_reaches_the_engine_as_SQL(string query)
    {
        string answer = Encoding.UTF8.GetString(_api.Query(query, "bench", "ms", pretty: false).Body);
        Assert.DoesNotContain("query failed", answer, StringComparison.Ordinal);
        Assert.Equal(4, _store.PointCount);
    }

    [Theory]
    [InlineData("SELECT holt_winters(mean(v), 2, 2) FROM cpu GROUP BY time(1m)", "holt_winters()")]
    [InlineData("SELECT v INTO other FROM cpu", "SELECT INTO")]
    [InlineData("CREATE CONTINUOUS QUERY x ON bench BEGIN SELECT mean(v) INTO y FROM cpu GROUP BY time(1m) END", "CREATE CONTINUOUS")]
    [InlineData("SHOW SHARDS", "SHOW SHARDS")]
    public void What_is_not_supported_is_refused_by_name(string query, string name) =>
        Assert.Equal($"{name} is not supported by this store", _store.Query(query, DateTimeOffset.UnixEpoch).Statements[0].Error);

    [Fact]
    public void An_answer_without_end_is_refused() =>
        Assert.Contains("more than 1000000 rows",
            _store.Query("SELECT mean(v) FROM cpu WHERE time > 0 GROUP BY time(1ns)", DateTimeOffset.FromUnixTimeSeconds(1_500_000_300)).Statements[0].Error, StringComparison.Ordinal);

    [Fact]
    public void Requests_without_query_or_database_are_told_so()
    {
        Assert.Equal((400, "{\"error\":\"missing required parameter \\\"q\\\"\"}\n"), Answer(_api.Query(null, "bench", null, false)));
        Assert.Equal((200, "{\"results\":[{\"statement_id\":0,\"error\":\"database name required\"}]}\n"), Answer(_api.Query("SELECT v FROM cpu", null, null, false)));
        Assert.Equal((200, "{\"results\":[{\"statement_id\":0,\"error\":\"database not found: nope\"}]}\n"), Answer(_api.Query("SELECT v FROM cpu", "nope", null, false)));
        Assert.Equal(204, _api.Ping().Status);
    }

    [Fact]
    public void Mutated_queries_get_an_answer_or_an_error_and_never_an_exception()
    {
        const int Seed = 20261123;
        var random = new Random(Seed);
        string[] seeds = [.. InfluxQlDifferentialTests.Queries.Select(row => row.Data), .. InfluxQlQueries.Further];
        const string Alphabet = " \t\n'\"\\/()*,.;:=~!<>+-%$&|^0123456789smhdwunsµaAzZ_ü\0ʘ";
        for (int round = 0; round < 50_000; round++)
        {
            var text = new StringBuilder(seeds[random.Next(seeds.Length)]);
            for (int mutations = random.Next(1, 5); mutations > 0; mutations--)
            {
                int at = random.Next(text.Length + 1);
                switch (random.Next(4))
                {
                    case 0:
                        text.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                        break;
                    case 1 when at < text.Length:
                        text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at));
                        break;
                    case 2 when at < text.Length:
                        text[at] = Alphabet[random.Next(Alphabet.Length)];
                        break;
                    default:
                        string other = seeds[random.Next(seeds.Length)];
                        int start = random.Next(other.Length);
                        text.Insert(at, other.AsSpan(start, random.Next(other.Length - start)));
                        break;
                }
            }

            string query = text.ToString();
            try
            {
                // Every twentieth is also run; all are parsed.
                if (round % 20 == 0)
                {
                    InfluxJson.Write(_store.Query(query, DateTimeOffset.FromUnixTimeSeconds(1_500_000_300)), "ms", pretty: false);
                }
                else
                {
                    Parser.Parse(query);
                }
            }
            catch (Exception error) when (error is not InfluxQlException)
            {
                Assert.Fail($"seed {Seed}, round {round}: {query}\n{error}");
            }
            catch (InfluxQlException)
            {
                // Refused, as most are.
            }
        }
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        QueryResult result = _store.Query("SELECT v FROM cpu WHERE " + new string('(', 100_000), DateTimeOffset.UnixEpoch);
        Assert.Contains("nested deeper", result.Error, StringComparison.Ordinal);
    }

    private static (int Status, string Body) Answer(InfluxResponse response) => (response.Status, Encoding.UTF8.GetString(response.Body));
}
