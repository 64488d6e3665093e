using System.Text.Json.Nodes;
using EdgeDePin.Deployment.Manifests;
using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd;

/// <summary>The published schemas, and a validator that is not ours (ajv), judge what we render and what we check.</summary>
public sealed class ManifestSchemaTests : IDisposable
{
    private const string Deployment = "azure-iot-edge-deployment-2.0.json";
    private const string Template = "azure-iot-edge-deployment-template-2.0.json";
    private const int Mutants = 1500;

    private static readonly string[] Variables =
        ["REGISTRY=registry.example.org/edgedepin", "EDGE_RUNTIME=1.6", "SITE=home", "INFLUX_URL=http://influx.example.org:8086",
            "BROKER_HOST=b.example.org", "BROKER_PORT=1883", "METER=tcp:192.0.2.10:502"];

    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-manifest-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_template_is_one_for_the_published_schema() =>
        Assert.Equal(["valid"], await JudgeAsync(Template,
            [OneLine(Path.Combine(SharedData.Repository, "deployment", "manifests", "deployment.template.json"))]));

    [Theory]
    [InlineData("weather")]
    [InlineData("air")]
    [InlineData("grid")]
    [InlineData("rain")]
    [InlineData("compute-only")]
    [InlineData("weather,air,grid,rain")]
    public async Task What_render_writes_is_valid_for_the_published_schema_and_for_validate(string profile)
    {
        string file = await RenderAsync(profile);
        Assert.Equal(["valid"], await JudgeAsync(Deployment, [OneLine(file)]));
        string findings = await CliCall.DoneAsync("manifest", "validate", file, "--json");
        Assert.DoesNotContain("\"error\"", findings, StringComparison.Ordinal);
        Assert.Contains("telemetry/points", await CliCall.DoneAsync("manifest", "explain", file), StringComparison.Ordinal);
        Assert.Equal("", await CliCall.DoneAsync("manifest", "diff", file, file));
    }

    [Fact]
    public async Task Our_verdict_on_a_thousand_broken_manifests_is_that_of_the_published_schema()
    {
        const int seed = 20261123;
        var random = new Random(seed);
        string whole = OneLine(await RenderAsync("weather,grid"));
        string[] mutants = [whole, .. Enumerable.Range(0, Mutants).Select(_ => Mutant(JsonNode.Parse(whole)!, random).ToJsonString())];
        string[] verdicts = await JudgeAsync(Deployment, mutants);
        int invalid = 0;
        for (int i = 0; i < mutants.Length; i++)
        {
            (JsonObject root, Origins origins) = JsonSource.Read("mutant", System.Text.Encoding.UTF8.GetBytes(mutants[i]));
            List<Finding> ours = [.. ManifestCheck.Of(new Manifest(root, origins), ManifestCheck.DefaultPlatform, ImagePins.None)
                .Where(ManifestCheck.IsRefusedBySchema)];
            Assert.True((ours.Count == 0) == (verdicts[i] == "valid"),
                $"seed {seed}, mutant {i}: ajv says {verdicts[i]}, we say '{ours.FirstOrDefault()}': {mutants[i]}");
            invalid += ours.Count == 0 ? 0 : 1;
        }

        // Both kinds are well represented, or the test proves little.
        Assert.InRange(invalid, Mutants / 4, Mutants - (Mutants / 20));
    }

    [Fact]
    public async Task What_edgeHub_reads_beyond_the_schema_is_a_note_and_no_error()
    {
        JsonNode root = JsonNode.Parse(OneLine(await RenderAsync("weather")))!;
        root["modulesContent"]!["$edgeHub"]!["properties.desired"]!["storeAndForwardConfiguration"]!["storeLimits"] = new JsonObject { ["maxSizeBytes"] = 1000 };
        Assert.StartsWith("invalid", Assert.Single(await JudgeAsync(Deployment, [root.ToJsonString()])), StringComparison.Ordinal);
        string file = Path.Combine(_folder, "limits.json");
        await File.WriteAllTextAsync(file, root.ToJsonString(), TestContext.Current.CancellationToken);
        Assert.Contains("note schema-extension", await CliCall.DoneAsync("manifest", "validate", file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_manifest_is_told_with_its_place_and_nothing_is_written()
    {
        string output = Path.Combine(_folder, "out.json"), template = Path.Combine(_folder, "mine.template.json");
        await CliCall.RefusedAsync(2, "deployment.template.json:", "manifest", "render", "--profile", "weather", "--device",
            "pi-01", "--out", output);
        await CliCall.RefusedAsync(2, "'snow' is no profile", "manifest", "render", "--profile", "snow", "--out", output);
        await CliCall.RefusedAsync(2, "There is no file", "manifest", "validate", "nowhere.json");
        await File.WriteAllTextAsync(template, "{\n  \"modulesContent\": {\n", TestContext.Current.CancellationToken);
        await CliCall.RefusedAsync(2, "mine.template.json:3: this is no JSON", "manifest", "render", "--template", template,
            "--out", output);
        await File.WriteAllTextAsync(template, "{}", TestContext.Current.CancellationToken);
        (int code, string said, _) = await CliCall.RunAsync("manifest", "validate", template);
        Assert.Equal(1, code);
        Assert.Contains("$ 'modulesContent' is missing.", said, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    private async Task<string> RenderAsync(string profile)
    {
        string file = Path.Combine(_folder, $"{profile}.json");
        await CliCall.DoneAsync(["manifest", "render", "--profile", profile, "--device", "pi-01", "--out", file,
            .. Variables.SelectMany(pair => (string[])["--set", pair])]);
        return file;
    }

    private static string OneLine(string file) => JsonNode.Parse(File.ReadAllText(file))!.ToJsonString();

    private static async Task<string[]> JudgeAsync(string schema, string[] documents)
    {
        ToolCall.Require("node", "nodejs npm");
        string validator = NodePackages.Folder("SchemaValidator");
        (int code, string output, string error) = await ToolCall.TryAsync("node",
            [Path.Combine(validator, "validate.js"), SharedData.Require("schemas"), schema], string.Join('\n', documents) + "\n");
        Assert.True(code == 0, error);
        string[] verdicts = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(documents.Length, verdicts.Length);
        return verdicts;
    }

    // One change somewhere: a value of another kind, a key renamed, taken out or put in.
    private static JsonNode Mutant(JsonNode root, Random random)
    {
        List<JsonObject> objects = [.. Objects(root)];
        JsonObject place = objects[random.Next(objects.Count)];
        string? key = place.Count == 0 ? null : place.ElementAt(random.Next(place.Count)).Key;
        JsonNode?[] values =
            [null, 0, 5, 9, 10, -1, 5.5, 5.0, 4294967295, 4294967296, "", " ", "x", "running", "on-create", "a\nb", "docker", true,
                new JsonArray(), new JsonArray("x"), new JsonObject(), new JsonObject { ["value"] = 1 },
                new JsonObject { ["route"] = "x" }];
        string[] endings = ["x", " ", ".", "$", "#", "+", "-", "_", "\t", "\u00e4", "\ufeff", "1", "\u0085"];
        switch (random.Next(4))
        {
            case 0 when key is not null:
                place[key] = values[random.Next(values.Length)];
                break;
            case 1 when key is not null:
                place.Remove(key);
                break;
            case 2 when key is not null:
                JsonNode? value = place[key];
                place.Remove(key);
                place[key + endings[random.Next(endings.Length)]] = value;
                break;
            default:
                string[] names = ["startupOrder", "priority", "timeToLiveSecs", "version", "createOptions07", "createoptions",
                    "env", "a b", "imagePullPolicy", "status", "a.b", "minDockerVersion", "r"];
                place[names[random.Next(names.Length)]] = values[random.Next(values.Length)];
                break;
        }

        return root;
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node is JsonObject whole
        ? whole.SelectMany(part => Objects(part.Value)).Prepend(whole)
        : node is JsonArray list ? list.SelectMany(Objects) : [];
}
