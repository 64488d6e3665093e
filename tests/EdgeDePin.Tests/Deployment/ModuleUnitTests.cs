using System.Text.Json.Nodes;
using EdgeDePin.Deployment;
using EdgeDePin.Deployment.Flashing;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Tests.Deployment;

/// <summary>A manifest's module as a unit of systemd.</summary>
public sealed class ModuleUnitTests
{
    [Fact]
    public void A_container_gets_what_the_manifest_gives_and_no_more()
    {
        string[] command = [.. ModuleUnit.Command(Weather(Some.Manifest()), ImagePins.None)];
        Assert.Equal(["--device=/dev/i2c-1:/dev/i2c-1:rw"],
            command.Where(option => option.StartsWith("--device", StringComparison.Ordinal)));
        Assert.Contains("--memory=134217728", command);
        Assert.Contains("--cap-drop=ALL", command);
        Assert.DoesNotContain(command, option => option.Contains("privileged", StringComparison.Ordinal)
            || option.Contains("cap-add", StringComparison.Ordinal));
        Assert.Equal("registry.example.org/edgedepin/edgedepin-sensor:0.1.0", command[^1]);
    }

    [Fact]
    public void An_image_that_comes_with_the_card_is_run_by_its_id_and_never_asked_for_elsewhere()
    {
        string file = Path.GetTempFileName(), id = "sha256:" + new string('a', 64), other = "sha256:" + new string('b', 64);
        try
        {
            File.WriteAllText(file, $$$"""
                {"images":{"registry.example.org/edgedepin/edgedepin-sensor:0.1.0":{"id":"{{{id}}}","platforms":["linux/arm64"]},
                "registry.example.org/edgedepin/edgedepin-hub:0.1.0":{"id":"{{{other}}}","platforms":["linux/arm64"]} } }
                """);
            ImagePins pins = ImagePins.ReadFile(file);
            Assert.True(pins.AreOfCard);
            Manifest manifest = Some.Manifest(pins: pins);
            Assert.Equal(["--pull=never", id], ModuleUnit.Command(Weather(manifest), pins).TakeLast(2));
            string hub = string.Join(' ', ModuleUnit.HubCommand(ImageName.Parse("registry.example.org/edgedepin/edgedepin-hub:0.1.0")!.Value, new DeviceName("pi-01"), pins));
            Assert.Contains($" --pull=never {other} hub run ", hub, StringComparison.Ordinal);
            Assert.DoesNotContain(ManifestCheck.Of(manifest, "linux/arm64", pins), finding => finding.Rule == "image-digest" && finding.Path.Contains("weather", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_module_has_the_folder_of_the_certificates_it_trusts_and_a_timer_renews_what_is_in_it()
    {
        // A mounted file stays what it was when the container began; a file that is renamed into a mounted folder is seen (mount(2)).
        string[] certificates = [.. ModuleUnit.Command(Weather(Some.Manifest()), ImagePins.None)
            .Where(option => option.StartsWith("--volume=/run/", StringComparison.Ordinal))];
        Assert.Equal(["--volume=/run/edgedepin/trust:/run/trust:ro"], certificates);
        Assert.Contains("EdgeModuleCACertificateFile=/run/trust/trust-bundle.pem\\n",
            ModuleUnit.JoinScript(new DeviceName("pi-01")).Text, StringComparison.Ordinal);

        Dictionary<string, string> files = ModuleUnit.TrustRefresh().ToDictionary(file => file.Path, file => file.Text);
        string script = Assert.Single(files.Keys, path => path.EndsWith(".sh", StringComparison.Ordinal));
        string[] lines = files[script].Split('\n');
        Assert.Equal("mv \"$new/trust-bundle.pem\" /run/edgedepin/trust/trust-bundle.pem", lines[^2]);
        Assert.Contains($"\nExecStart={script}\n", files["/etc/systemd/system/edgedepin-trust-refresh.service"], StringComparison.Ordinal);
        Assert.Contains("\nOnUnitInactiveSec=5min\n", files[$"/etc/systemd/system/{ModuleUnit.TrustTimer}"], StringComparison.Ordinal);
        // The folder that modules see holds no key: those lie beside it.
        Assert.Contains(">\"/run/edgedepin/$1.env\"", ModuleUnit.JoinScript(new DeviceName("pi-01")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/data --privileged")]
    [InlineData("/data\nExecStart=/bin/sh")]
    [InlineData("/d%n")]
    [InlineData("/d$HOME")]
    [InlineData("/d\"")]
    public void Words_that_would_change_the_unit_are_refused(string path)
    {
        Manifest manifest = Some.WithOptions(host => host["Binds"] = new JsonArray($"volume:{path}"));
        Assert.Contains("cannot stand in a unit",
            Assert.Throws<DeploymentException>(() => ModuleUnit.Command(Weather(manifest), ImagePins.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_with_a_line_feed_is_refused()
    {
        Manifest manifest = Some.With(root => Some.Module(root,
            "weather")["env"]!["X"] = new JsonObject { ["value"] = "a\nEDGEDEPIN_Node__Name=other" });
        Assert.Contains("line feed", Assert.Throws<DeploymentException>(() => ModuleUnit.Files(Weather(manifest), ImagePins.None)
            .ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hub_gets_routes_names_and_twins_and_neither_settings_nor_credentials()
    {
        Manifest manifest = Some.With(root =>
        {
            Some.Agent(root)["runtime"]!["settings"]!["registryCredentials"] = JsonNode.Parse("""{"r":{"username":"u","password":"hunter2","address":"r.example.org"}}""");
            Some.Module(root, "weather")["env"]!["Token"] = new JsonObject { ["value"] = "hunter2" };
            root["modulesContent"]!["weather"] = JsonNode.Parse("""{"properties.desired":{"period":5}}""");
        });
        string text = ModuleUnit.HubManifestFile(manifest).Text;
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        JsonNode content = JsonNode.Parse(text)!["modulesContent"]!;
        Assert.Equal(["telemetry", "compute", "weather"], content["$edgeAgent"]!["properties.desired"]!["modules"]!.AsObject()
            .Select(module => module.Key));
        Assert.Equal(6, content["$edgeHub"]!["properties.desired"]!["routes"]!.AsObject().Count);
        Assert.Equal(5, content["weather"]!["properties.desired"]!["period"]!.GetValue<int>());
    }

    private static ModuleDeclaration Weather(Manifest manifest) => ManifestModules.Of(manifest.Root)
        .Single(module => module.Name == "weather");
}
