using System.Text.Json.Nodes;
using EdgeDePin.Tests;

namespace EdgeDePin.EndToEnd;

/// <summary>The images, really run: small, without rights, within their memory, and killed in turn.</summary>
public sealed class ContainerTests
{
    private const long Mebibyte = 1L << 20;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Containers_killed_in_turn_lose_nothing_that_was_acknowledged()
    {
        await using ContainerNode node = await ContainerNode.StartAsync();
        await node.CountReachesAsync("SELECT count(pm2_5) FROM air", 3);
        await node.CountReachesAsync("SELECT count(run_ms) FROM execution", 5);
        foreach (string module in node.Modules)
        {
            Assert.Equal("true", await node.InspectAsync(module, "{{.HostConfig.ReadonlyRootfs}}"));
            Assert.Equal("10001:10001", await node.InspectAsync(module, "{{.Config.User}}"));
            Assert.Equal("[]", await node.InspectAsync(module, "{{.EffectiveCaps}}"));
            long limit = long.Parse(await node.InspectAsync(module, "{{.HostConfig.Memory}}"),
                System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(module == "telemetry" ? 256 * Mebibyte : 128 * Mebibyte, limit);
            Assert.InRange(await node.MemoryAsync(module), 1, limit);
            (int code, string output, string error) = await node.HealthAsync(module);
            Assert.True(code == 0, $"{module}: {output}{error}");
        }

        (string read, string expected) = await node.RefreshTrustAsync("grid");
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", expected, StringComparison.Ordinal);
        Assert.Equal(expected, read);

        // Without compute, telemetry, the hub or the other sensor module no reading is missed: the sensor goes on, the hub keeps what telemetry
        // cannot take, on its volume, and the sensor module keeps what the hub cannot take.
        await using AcknowledgedPoints ledger = new(await node.JoinAsync(AcknowledgedPoints.Module));
        double from = await NowAsync(node);
        await AwayAsync(node, "compute");
        await AwayAsync(node, "telemetry");
        await AwayAsync(node, "hub");
        await AwayAsync(node, "air");
        await ReadsAgainAsync(node, "pm2_5", "air");
        double until = await NowAsync(node);
        await EverySecondIsThereAsync(node, from, until);

        // Without its sensor module nothing is read, and nothing of what was is gone.
        await AwayAsync(node, "grid");
        await ReadsAgainAsync(node, "voltage", "grid");
        await ReadsAgainAsync(node, "pm2_5", "air");
        await EverySecondIsThereAsync(node, from, until);
        Assert.Equal(node.Modules.Order(), node.Killed.Order()); // each of them
        await EachAcknowledgedPointIsStoredAsync(node, ledger);
    }

    [Theory]
    [InlineData("edgedepin-sensor", 40)]
    [InlineData("edgedepin-telemetry", 250)]
    [InlineData("edgedepin-compute", 150)]
    [InlineData("edgedepin-hub", 40)]
    public async Task An_image_is_no_larger_than_it_was_and_holds_no_shell(string image, int megabytes)
    {
        ContainerNode.RequireImages();
        (int listed, string layers, _) = await ToolCall.TryAsync("podman",
            ["image", "inspect", "--format", "{{.Size}}", $"localhost/{image}:0.1.0"]);
        Assert.Equal(0, listed);
        Assert.InRange(long.Parse(layers.Trim(), System.Globalization.CultureInfo.InvariantCulture) / 1e6, 5, megabytes);
        (int code, _, string error) = await ToolCall.TryAsync("podman",
            ["--runtime", "runc", "run", "--rm", "--network=none", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024",
                "--entrypoint", "/bin/sh", $"localhost/{image}:0.1.0", "-c", "true"]);
        Assert.NotEqual(0, code);
        Assert.Contains("/bin/sh", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("edgedepin-sensor", 40)]
    [InlineData("edgedepin-telemetry", 250)]
    [InlineData("edgedepin-compute", 150)]
    [InlineData("edgedepin-hub", 40)]
    public async Task An_image_is_a_list_for_both_processors_with_the_same_rights(string image, int megabytes)
    {
        ContainerNode.RequireImages();
        Assert.SkipUnless(HasArm64(image), "There are images for this processor only: deployment/images/build.sh.");
        JsonNode list = JsonNode.Parse(await ToolCall.RunAsync("podman", "manifest", "inspect", $"localhost/{image}:0.1.0"))!;
        Dictionary<string, string> digests = list["manifests"]!.AsArray()
            .ToDictionary(entry => $"{entry!["platform"]!["architecture"]}", entry => $"{entry!["digest"]}");
        Assert.Equal(["amd64", "arm64"], digests.Keys.Order());
        foreach ((string processor, string digest) in digests)
        {
            string[] found = (await ToolCall.RunAsync("podman", "image", "inspect", "--format", "{{.Architecture}} {{.Config.User}} {{.Size}}", $"localhost/{image}@{digest}")).Split(' ');
            Assert.Equal([processor, "10001:10001"], found[..2]);
            Assert.InRange(long.Parse(found[2].Trim(), System.Globalization.CultureInfo.InvariantCulture) / 1e6, 5, megabytes);
        }

        Assert.Contains("arch=arm64", await File.ReadAllTextAsync(Bill(image, "arm64"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_gets_the_images_of_the_devices_processor_under_their_names()
    {
        ContainerNode.RequireImages();
        string folder = Directory.CreateTempSubdirectory("edgedepin-card-").FullName;
        try
        {
            string script = Path.Combine(SharedData.Repository, "deployment", "images", "card.sh");
            (int code, _, string error) = await ToolCall.TryAsync(script, ["riscv64", folder]);
            Assert.Equal(1, code);
            Assert.Contains("has no image for 'riscv64'", error, StringComparison.Ordinal);
            Assert.SkipUnless(HasArm64("edgedepin-hub"), "There are images for this processor only: deployment/images/build.sh.");
            await ToolCall.RunAsync(script, "arm64", folder);
            foreach (string image in (string[])["sensor", "telemetry", "compute", "hub"])
            {
                string archive = Path.Combine(folder, image + ".tar");
                JsonNode entry = JsonNode.Parse(await ToolCall.RunAsync("tar", "xOf", archive, "manifest.json"))![0]!;
                Assert.Equal($"localhost/edgedepin-{image}:0.1.0", $"{entry["RepoTags"]![0]}");
                JsonNode configuration = JsonNode.Parse(await ToolCall.RunAsync("tar", "xOf", archive, $"{entry["Config"]}"))!;
                Assert.Equal("arm64", $"{configuration["architecture"]}");
            }

            // A device's podman, with a storage of its own: what it has loaded is what the units name.
            JsonNode pins = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "pins.json"), TestContext.Current.CancellationToken))!["images"]!;
            string[] device = ["--root", Path.Combine(folder, "storage"), "--runroot", Path.Combine(folder, "run"), "--storage-driver", "vfs"];
            await ToolCall.RunAsync("podman", [.. device, "load", "--quiet", "--input", Path.Combine(folder, "sensor.tar")]);
            string loaded = await ToolCall.RunAsync("podman", [.. device, "image", "inspect", "--format", "{{.Id}}", "localhost/edgedepin-sensor:0.1.0"]);
            Assert.Equal($"{pins["localhost/edgedepin-sensor:0.1.0"]!["id"]}", $"sha256:{loaded.Trim()}");
            await ToolCall.RunAsync("podman", [.. device, "image", "exists", $"{pins["localhost/edgedepin-sensor:0.1.0"]!["id"]}"]);
            Assert.Equal(4, pins.AsObject().Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("edgedepin-sensor", "MQTTnet")]
    [InlineData("edgedepin-telemetry", "DuckDB.NET.Bindings.Full")]
    [InlineData("edgedepin-compute", "NSec.Cryptography")]
    [InlineData("edgedepin-hub", "System.CommandLine")]
    public void The_bill_of_an_image_names_its_packages_with_their_hashes_and_the_base(string image, string package)
    {
        ContainerNode.RequireImages();
        string file = Bill(image, "amd64");
        JsonNode bill = JsonNode.Parse(File.ReadAllText(file))!;
        JsonNode[] parts = [.. bill["components"]!.AsArray().Select(part => part!)];
        Assert.Contains(parts, part => part["name"]!.ToString() == package && part["hashes"]![0]!["content"]!.ToString().Length == 128);
        Assert.Contains(parts, part => part["purl"]!.ToString().StartsWith("pkg:deb/debian/libssl3@3", StringComparison.Ordinal));
        Assert.Contains(parts, part => part["purl"]!.ToString().StartsWith("pkg:deb/debian/libgpiod2@1.6", StringComparison.Ordinal)); // pins
        Assert.DoesNotContain(parts, part => part["name"]!.ToString().Contains("Analyzer", StringComparison.Ordinal));
        string[] references = [.. parts.Select(part => part["bom-ref"]!.ToString()),
            bill["metadata"]!["component"]!["bom-ref"]!.ToString()];
        Assert.Equal(references.Length, references.Distinct().Count());
        Assert.Empty(bill["dependencies"]!.AsArray()
            .SelectMany(entry => entry!["dependsOn"]!.AsArray().Select(need => need!.ToString()).Append(entry["ref"]!.ToString()))
            .Except(references));

        // Everything managed that lies in the image is in its bill.
        string[] shipped = [.. Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(file)!, "amd64"), "*.dll")
            .Select(Path.GetFileNameWithoutExtension).OfType<string>()];
        Assert.All(shipped.Where(name => name.StartsWith("MQTTnet", StringComparison.Ordinal)
            || name.StartsWith("DuckDB", StringComparison.Ordinal) || name.StartsWith("NSec", StringComparison.Ordinal)
            || name.StartsWith("MudBlazor", StringComparison.Ordinal)),
            name => Assert.Contains(parts, part => part["name"]!.ToString().StartsWith(name.Split('.')[0], StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("SensorModule")]
    [InlineData("TelemetryModule")]
    [InlineData("ComputeModule")]
    [InlineData("HubModule")]
    public void The_folder_that_module_json_names_holds_what_its_Dockerfile_copies(string module)
    {
        ContainerNode.RequireImages();
        string folder = Path.Combine(SharedData.Repository, "modules", module);
        JsonNode image = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "module.json")))!["image"]!;
        string context = Path.Combine(folder, $"{image["contextPath"]}");
        string[] copied = [.. File.ReadLines(Path.Combine(folder, $"{image["tag"]!["platforms"]!["amd64"]}"))
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[^2].Replace("${TARGETARCH}", "amd64", StringComparison.Ordinal))];
        Assert.Equal(["amd64/", "data/"], copied);
        Assert.All(copied, part => Assert.True(Directory.Exists(Path.Combine(context, part)), $"{module}: {context} has no {part}"));
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(context, "amd64")));
    }

    [Fact]
    public async Task The_bills_are_valid_for_CycloneDX_itself()
    {
        ContainerNode.RequireImages();
        ToolCall.Require("node", "nodejs npm");
        string[] bills = [.. Directory.EnumerateFiles(Path.Combine(SharedData.Repository, "artifacts", "images"), "*.cdx.json",
            SearchOption.AllDirectories)];
        string verdicts = await ToolCall.RunAsync("node", [Path.Combine(NodePackages.Folder("BillValidator"), "validate.js"), .. bills]);
        Assert.InRange(bills.Length, 4, 8);
        Assert.Equal(Enumerable.Repeat("valid", bills.Length), verdicts.Trim().Split('\n'));
    }

    private static string Bill(string image, string processor) =>
        Path.Combine(SharedData.Repository, "artifacts", "images", image, processor + ".cdx.json");

    // A developer may build for the own machine alone; CI does not.
    private static bool HasArm64(string image) => File.Exists(Bill(image, "arm64")) || Environment.GetEnvironmentVariable("CI") == "true";

    private static async Task AwayAsync(ContainerNode node, string module)
    {
        await node.KillAsync(module);
        await Task.Delay(3 * Second, TestContext.Current.CancellationToken);
        await node.RunAsync(module);
        await node.CountReachesAsync("SELECT count(voltage) FROM grid", 1);
    }

    // Readings of after the start: what was still on its way from before does not count.
    private static Task ReadsAgainAsync(ContainerNode node, string field, string measurement) => node.CountReachesAsync(
        $"SELECT count({field}) FROM {measurement} WHERE time > {TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}ms", 3);

    private static async Task<double> NowAsync(ContainerNode node)
    {
        double before = (await node.AskAsync("SELECT count(voltage) FROM grid"))[0];
        await node.CountReachesAsync("SELECT count(voltage) FROM grid", before + 5);
        return (await node.RowsAsync("SELECT last(voltage) FROM grid"))[0][0];
    }

    // One by one: what the hub acknowledged before, between and after the deaths of all five, under its number and at its instant.
    private static async Task EachAcknowledgedPointIsStoredAsync(ContainerNode node, AcknowledgedPoints ledger)
    {
        await ledger.StopAsync();
        IReadOnlyList<int> missing = [];
        await Eventually.HoldsAsync(
            async () => (missing = ledger.MissingFrom(await node.RowsAsync("SELECT number FROM ledger"))).Count == 0,
            TimeSpan.FromSeconds(30),
            () => $"{missing.Count} of {ledger.Acknowledged} acknowledged points are not stored: {string.Join(' ', missing.Take(20))}. Last error of their sender: {ledger.LastError}");
        TestContext.Current.TestOutputHelper!.WriteLine($"{ledger.Acknowledged} acknowledged points compared");
        Assert.True(ledger.Acknowledged > 200, $"only {ledger.Acknowledged} points were acknowledged");
    }

    // The meter is asked five times a second; each whole second between has at least three of them (a busy machine delays some).
    private static async Task EverySecondIsThereAsync(ContainerNode node, double from, double until)
    {
        double[][] rows = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                rows = await node.RowsAsync($"SELECT count(voltage) FROM grid WHERE time >= {from + 1000:0}ms AND time < {until - 1000:0}ms GROUP BY time(1s) fill(0)");
                return rows.Length > 2 && rows[1..^1].All(row => row[1] >= 3);
            },
            TimeSpan.FromSeconds(30), () => $"Readings per second: {string.Join(' ', rows.Select(row => row[1]))}");
        Assert.True(rows.Length >= 6, $"only {rows.Length} seconds");
    }
}
