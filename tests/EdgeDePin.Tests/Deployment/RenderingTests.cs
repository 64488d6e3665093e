using System.Text.Json.Nodes;
using CsCheck;
using EdgeDePin.Deployment;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Tests.Deployment;

/// <summary>From a template to a manifest.</summary>
public sealed class RenderingTests
{
    public static TheoryData<string> Profiles => ["weather", "air", "grid", "rain", "compute-only", "weather,air,grid,rain"];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Our_own_profiles_have_no_error_and_warn_of_unpinned_images_only(string profile)
    {
        IEnumerable<Finding> findings = ManifestCheck.Of(Some.Manifest(profile), "linux/arm64", ImagePins.None);
        Assert.DoesNotContain(findings, finding => finding.Severity > Severity.Note && finding.Rule != "image-digest");
    }

    [Fact]
    public void Only_the_module_that_reads_a_bus_gets_it()
    {
        Manifest manifest = Some.Manifest("weather,air,grid,rain");
        Assert.Equal(
            ["air: /dev/serial0 rw", "rain: /dev/gpiochip0 rw", "weather: /dev/i2c-1 rw"],
            ManifestModules.Of(manifest.Root).SelectMany(module =>
                EdgeDePin.Deployment.Manifests.Rules.ContainerRules.Devices(module.Container ?? [])
                .Select(device => $"{module.Name}: {device.Host} {device.Permissions}")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_variable_without_a_value_is_named_with_file_line_and_path()
    {
        Manifest template = Some.Parsed("{\n \"modulesContent\": {\n  \"a\": { \"properties.desired\": {\n   \"x\": \"is ${WANTED} and $ALSO, not $upstream\" } } } }", "t.json");
        DeploymentException error = Assert.Throws<DeploymentException>(() =>
            Rendering.Render(template, [], new Dictionary<string, string>(), ImagePins.None));
        Assert.StartsWith("t.json:4 $.modulesContent.a['properties.desired'].x: WANTED has no value; neither have ALSO",
            error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_with_quotes_and_newlines_stays_one_text()
    {
        Manifest template = Some.Parsed("""{"modulesContent":{"a":{"properties.desired":{"x":"${V}"}}}}""");
        Manifest manifest = Rendering.Render(template, [], new Dictionary<string, string> { ["V"] = "a\"b\\\n${W}" }, ImagePins.None);
        Assert.Equal("a\"b\\\n${W}",
            JsonNode.Parse(manifest.ToUtf8())!["modulesContent"]!["a"]!["properties.desired"]!["x"]!.GetValue<string>());
    }

    [Fact]
    public void Container_options_of_any_length_come_back_whole_from_chunks_of_at_most_512_characters() =>
        Gen.String[Gen.Char["ab\"\\{}\u00e4\u4e2d"], 0, 3000].Sample(text =>
        {
            var settings = new JsonObject { ["image"] = "x:1", [CreateOptions.Name] = new JsonObject { ["text"] = text + "\U0001F600" } };
            CreateOptions.Chunk(settings, new Origins(), "test");
            Assert.All(settings.Where(part => part.Key != "image"), part => Assert.InRange(part.Value!.GetValue<string>().Length, 1, 512));
            Assert.Equal(text + "\U0001F600", CreateOptions.Read(settings)!["text"]!.GetValue<string>());
            Assert.Null(Problem(settings));
        }, iter: 300);

    [Fact]
    public void A_chunk_that_edgeAgent_would_not_read_is_reported()
    {
        var settings = new JsonObject { [CreateOptions.Name] = "{", ["createOptions01"] = "}", ["createOptions03"] = "lost" };
        Assert.Contains("1 of the 3", Problem(settings), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_a_hundred_chunks_are_refused() =>
        Assert.Throws<DeploymentException>(() => CreateOptions.Chunk(
            new JsonObject { [CreateOptions.Name] = new JsonObject { ["text"] = new string('x', 51_200) } }, new Origins(), "test"));

    [Theory]
    [InlineData("{\"a\":1,\n\"a\":2}", "m.json:2 $.a stands here a second time")]
    [InlineData("{\n\"a\":1,}", "m.json:2: this is no JSON")]
    [InlineData("{} {}", "m.json:1: this is no JSON")]
    [InlineData("[1]", "m.json:1: a manifest is a JSON object")]
    [InlineData("", "m.json:1: this is no JSON")]
    [InlineData("// c\n{}", "m.json:1: this is no JSON")]
    public void Text_that_IoT_Hub_refuses_is_refused_with_its_line(string text, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<DeploymentException>(() => Some.Parsed(text, "m.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.Throws<DeploymentException>(() => Some.Parsed(string.Concat(Enumerable.Repeat("{\"a\":", 5000))));

    [Theory]
    [InlineData("weather,snow", "'snow' is no profile")]
    [InlineData("weather,weather", "twice")]
    [InlineData("weather,compute-only", "without sensors")]
    public void A_profile_that_is_none_is_named(string profile, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<DeploymentException>(() => Profile.Load(profile, null)).Message, StringComparison.Ordinal);

    [Fact]
    public void Cutting_container_options_differently_is_no_difference()
    {
        Manifest one = Some.Manifest(), other = Some.WithOptions(_ => { });
        Assert.Empty(ManifestDifference.Between(one, other));
        Manifest more = Some.WithOptions(host => host["Memory"] = 1);
        Assert.Equal("~ $.modulesContent.$edgeAgent['properties.desired'].modules.weather.settings.createOptions.HostConfig.Memory: 134217728 → 1",
            Assert.Single(ManifestDifference.Between(one, more)).ToString());
    }

    [Fact]
    public void The_program_carries_the_files_of_the_repository()
    {
        (Manifest template, var layers) = Profile.Load("weather,air,grid,rain", null);
        (Manifest onDisk, var layersOnDisk) = Profile.Load("weather,air,grid,rain",
            Path.Combine(SharedData.Repository, "deployment", "manifests"));
        Assert.Equal(onDisk.Root.ToJsonString(), template.Root.ToJsonString());
        Assert.Equal(layersOnDisk.Select(layer => layer.Root.ToJsonString()), layers.Select(layer => layer.Root.ToJsonString()));
        Assert.Equal(["ComputeModule", "HubModule", "SensorModule", "TelemetryModule"], ModuleDescription.All.Select(module => module.Name)
            .Order(StringComparer.Ordinal));
    }

    private static string? Problem(JsonObject settings)
    {
        _ = CreateOptions.Text(settings, out string? problem);
        return problem;
    }
}
