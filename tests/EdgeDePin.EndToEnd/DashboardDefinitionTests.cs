using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd;

/// <summary>The definitions that people install find data, on a real InfluxDB and on a node alike; the page about them is true.</summary>
public sealed partial class DashboardDefinitionTests(TelemetryFixture telemetry) : IClassFixture<TelemetryFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_panel_finds_data_on_InfluxDB_and_on_the_node()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await WriteWhatIsRareAsync(now);
        foreach (string nodes in (string[])[".*", "(node-1|node-2)"])
        {
            (string Panel, string Query)[] missing = [.. GrafanaQueries.All(now.AddMinutes(-5), now + Patience, nodes)];
            await Eventually.HoldsAsync(
                async () => (missing = await MissingAsync(missing)).Length == 0, Patience, () => string.Join('\n', missing));
        }
    }

    // Nothing unusual happens in a minute of a demo, and no sensor breaks: that is written as the compute module would write it.
    private async Task WriteWhatIsRareAsync(DateTimeOffset at)
    {
        string lines = $"""
            anomaly,site=home,node=node-1,sensor=roof,quantity=temperature surprise=5.5,value=31,expected=20,deviation=2,reason="11 above what is usual",run="r",task="t" {at.ToUnixTimeMilliseconds()}
            sensor_health,site=home,node=node-1,sensor=roof,quantity=humidity fault_score=0.9,reason="saturated",detail="at 100 for nine hours",run="r",task="t" {at.ToUnixTimeMilliseconds()}
            """;
        using var body = new StringContent(lines);
        using HttpResponseMessage answer = await Http.PostAsync(new Uri(telemetry.Node, "/write?db=edgedepin&precision=ms"), body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public void A_dashboard_has_its_own_identity_and_every_panel_its_own_place()
    {
        var identities = new HashSet<string>(StringComparer.Ordinal);
        foreach (string file in GrafanaQueries.Files)
        {
            using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(file));
            Assert.True(identities.Add(dashboard.RootElement.GetProperty("uid").GetString()!), file);
            var cells = new HashSet<(int, int)>();
            foreach (JsonElement panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
            {
                Assert.Equal("edgedepin", panel.GetProperty("datasource").GetProperty("uid").GetString());
                JsonElement grid = panel.GetProperty("gridPos");
                (int x, int y, int w, int h) = (Number(grid, "x"), Number(grid, "y"), Number(grid, "w"), Number(grid, "h"));
                Assert.InRange(x + w, 1, 24);
                Assert.True(Enumerable.Range(x, w).All(column => Enumerable.Range(y, h).All(row => cells.Add((column, row)))),
                    $"{file}: '{panel.GetProperty("title")}' lies on another panel");
            }
        }

        Assert.Equal(6, identities.Count);
    }

    [Fact]
    public async Task The_page_about_the_schema_says_what_the_store_holds()
    {
        SchemaPage page = SchemaPage.Read();
        string[] complaints = ["not asked yet"];
        await Eventually.HoldsAsync(async () =>
        {
            complaints = [.. page.Differences(await SchemaAsync("SHOW FIELD KEYS"), await SchemaAsync("SHOW TAG KEYS"))];
            return complaints.Length == 0;
        }, Patience, () => string.Join('\n', complaints));
        IEnumerable<string> names = (await RowsAsync(telemetry.Node, "SHOW TAG VALUES FROM derived WITH KEY = \"name\"")).Select(row => row.Row[1].GetString()!);
        Assert.DoesNotContain(names, name => !page.KnowsDerived(name));
    }

    [Fact]
    public async Task The_set_up_script_of_InfluxDb_1_runs_and_makes_what_it_says()
    {
        string script = await File.ReadAllTextAsync(
            Path.Combine(SharedData.Repository, "deployment", "dashboards", "influxdb1", "setup.iql"), Cancel);
        // Another database than the fixture's, which has data by now.
        string[] statements = [.. script.Replace("\"edgedepin\"", "\"edgedepin_setup\"", StringComparison.Ordinal)
            .Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
        foreach (string statement in statements)
        {
            await RowsAsync(telemetry.Influx, statement);
        }

        string[] policies = [.. (await RowsAsync(telemetry.Influx, "SHOW RETENTION POLICIES ON \"edgedepin_setup\"")).Select(row => $"{row.Row[0]} {row.Row[1]} {row.Row[4]}")];
        Assert.Equal(["raw 720h0m0s True", "five_minutes 8736h0m0s False", "hours 0s False"], policies);
        int queries = (await RowsAsync(telemetry.Influx, "SHOW CONTINUOUS QUERIES")).Count(row => row.Series == "edgedepin_setup");
        Assert.Equal(statements.Count(statement => statement.StartsWith("CREATE CONTINUOUS", StringComparison.Ordinal)), queries);
    }

    [Fact]
    public void Templates_name_only_what_the_schema_has()
    {
        SchemaPage page = SchemaPage.Read();
        string folder = Path.Combine(SharedData.Repository, "deployment", "dashboards");
        string template = File.ReadAllText(Path.Combine(folder, "influxdb2", "edgedepin.yml"));
        Assert.NotEmpty(FluxMeasurement().Matches(template));
        Assert.DoesNotContain(FluxMeasurement().Matches(template), match => !page.Has(match.Groups[1].Value));
        Assert.DoesNotContain(FluxField().Matches(template), match => !page.HasField(match.Groups[1].Value));
        foreach (string document in template.Split("---\n").Skip(1))
        {
            Assert.StartsWith("apiVersion: influxdata.com/v2alpha1\nkind: ", document, StringComparison.Ordinal);
            Assert.Contains(Kind().Match(document).Groups[1].Value,
                (string[])["Bucket", "CheckDeadman", "CheckThreshold", "Dashboard", "Label", "Task", "Variable"]);
        }

        // DNS-1123, as influx apply demands.
        string[] names = [.. MetadataName().Matches(template).Select(match => match.Groups[1].Value)];
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, name => Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", name));
    }

    private static int Number(JsonElement parent, string name) => parent.GetProperty(name).GetInt32();

    private async Task<(string Panel, string Query)[]> MissingAsync(IEnumerable<(string Panel, string Query)> asked)
    {
        var missing = new List<(string, string)>();
        foreach ((string panel, string query) in asked)
        {
            if (!await FindsDataAsync(telemetry.Influx, query) || !await FindsDataAsync(telemetry.Node, query))
            {
                missing.Add((panel, query));
            }
        }

        return [.. missing];
    }

    private static async Task<bool> FindsDataAsync(Uri server, string query) =>
        (await RowsAsync(server, query)).Any(row => row.Row.Skip(1).Any(cell => cell.ValueKind != JsonValueKind.Null));

    private async Task<IReadOnlyList<(string Measurement, string Key, string Type)>> SchemaAsync(string statement) =>
        [.. (await RowsAsync(telemetry.Node, statement)).Select(row => (row.Series, row.Row[0].GetString()!, row.Row.Length > 1 ? row.Row[1].GetString()! : "text"))];

    /// <summary>Rows of all series of the answer; fails on an error.</summary>
    private static async Task<IReadOnlyList<(string Series, JsonElement[] Row)>> RowsAsync(Uri server, string query)
    {
        using var form = new FormUrlEncodedContent([new("q", query)]);
        using HttpResponseMessage response = await Http.PostAsync(new Uri(server, "query?db=edgedepin&epoch=ms"), form, Cancel);
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        Assert.False(answer.RootElement.TryGetProperty("error", out JsonElement wrong), $"{server} {query}: {wrong}");
        JsonElement result = answer.RootElement.GetProperty("results")[0];
        bool refused = result.TryGetProperty("error", out JsonElement error);
        if (refused && error.GetString() == "database not found: edgedepin")
        {
            // The forwarder makes the database with its first delivery, which may still be on its way.
            return [];
        }

        Assert.False(refused, $"{server} {query}: {error}");
        return !result.TryGetProperty("series", out JsonElement series) ? []
            : [.. series.EnumerateArray().Where(one => one.TryGetProperty("values", out _)).SelectMany(one => one.GetProperty("values").EnumerateArray()
                .Select(row => (one.TryGetProperty("name", out JsonElement name) ? name.GetString()! : "", row.EnumerateArray().Select(cell => cell.Clone()).ToArray())))];
    }

    [GeneratedRegex("r\\._measurement == \"(\\w+)\"")]
    private static partial Regex FluxMeasurement();

    [GeneratedRegex("r\\._field == \"(\\w+)\"")]
    private static partial Regex FluxField();

    [GeneratedRegex("kind: (\\w+)")]
    private static partial Regex Kind();

    [GeneratedRegex("metadata:\n  name: (.*)\n")]
    private static partial Regex MetadataName();
}
