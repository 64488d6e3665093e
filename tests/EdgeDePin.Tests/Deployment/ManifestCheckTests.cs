using System.Text.Json.Nodes;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Tests.Deployment;

/// <summary>Each rule, on a manifest that is right but for one thing.</summary>
public sealed class ManifestCheckTests
{
    private const string Module = "$.modulesContent.$edgeAgent['properties.desired'].modules.weather";
    private const string Hub = "$.modulesContent.$edgeHub['properties.desired']";

    public static TheoryData<string, string> Options => new()
    {
        { "privileged", """{"Privileged":true}""" },
        { "host-namespace", """{"NetworkMode":"host"}""" },
        { "host-namespace", """{"PidMode":"host"}""" },
        { "container-namespace", """{"PidMode":"container:edgeHub"}""" },
        { "container-namespace", """{"IpcMode":"container:edgeHub"}""" },
        { "container-namespace", """{"NetworkMode":"container:edgeAgent"}""" },
        { "volumes-from", """{"VolumesFrom":["edgeHub"]}""" },
        { "device", """{"DeviceCgroupRules":["a *:* rwm"]}""" },
        { "device", """{"DeviceCgroupRules":["b 179:* r"]}""" }, // cards
        { "device", """{"DeviceCgroupRules":["c 1:1 rw"]}""" }, // /dev/mem
        { "device", """{"DeviceCgroupRules":["c *:* r"]}""" },
        { "device", """{"DeviceCgroupRules":["nonsense"]}""" },
        { "device-rule", """{"DeviceCgroupRules":["c 188:* rw"]}""" }, // serial ports at USB
        { "socket-bind", """{"Binds":["/var/run/docker.sock:/docker.sock"]}""" },
        { "socket-bind", """{"Mounts":[{"Type":"bind","Source":"/run/podman/podman.sock","Target":"/s"}]}""" },
        { "folder-bind", """{"Binds":["/:/host"]}""" },
        { "folder-bind", """{"Binds":["/etc/:/etc"]}""" },
        { "capability", """{"CapAdd":["CAP_SYS_ADMIN"]}""" },
        { "capability", """{"CapAdd":["all"]}""" },
        { "unconfined", """{"SecurityOpt":["seccomp=unconfined"]}""" },
        { "device", """{"Devices":[{"PathOnHost":"/dev/mem","PathInContainer":"/dev/mem","CgroupPermissions":"rw"}]}""" },
        { "device", """{"Devices":[{"PathOnHost":"/dev/mmcblk0","PathInContainer":"/dev/x","CgroupPermissions":"r"}]}""" },
        { "device-mknod", """{"Devices":[{"PathOnHost":"/dev/i2c-1","PathInContainer":"/dev/i2c-1"}]}""" }, // Docker's default is rwm
        { "open-port", """{"PortBindings":{"8080/tcp":[{"HostPort":"8080"}]}}""" },
        { "no-memory-limit", """{"Memory":0}""" },
        { "writable-root", """{"ReadonlyRootfs":false}""" },
        { "capabilities-kept", """{"CapDrop":[]}""" },
        { "log-unbounded", """{"LogConfig":{"Type":"json-file"}}""" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void A_container_option_that_gives_too_much_or_bounds_too_little_is_found(string rule, string change)
    {
        Manifest manifest = Some.WithOptions(host =>
        {
            foreach ((string name, JsonNode? value) in JsonNode.Parse(change)!.AsObject())
            {
                host[name] = value!.DeepClone();
            }
        });
        Finding found = Assert.Single(Check(manifest), finding => finding.Rule != "image-digest");
        Assert.Equal(rule, found.Rule);
        Assert.StartsWith($"{Module}.settings.createOptions → HostConfig.", found.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void The_network_of_the_device_is_found_where_the_container_joins_it_by_name()
    {
        Finding found = Assert.Single(
            Check(Some.WithOptions(host => host.Parent!["NetworkingConfig"] = JsonNode.Parse("""{"EndpointsConfig":{"host":{}}}"""))),
            finding => finding.Rule != "image-digest");
        Assert.Equal(("host-namespace", Severity.Error), (found.Rule, found.Severity));
        Assert.EndsWith("→ NetworkingConfig.EndpointsConfig", found.Path, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Check(Some.WithOptions(host => host.Parent!["NetworkingConfig"] = JsonNode.Parse("""{"EndpointsConfig":{"azure-iot-edge":{}}}"""))),
            finding => finding.Rule != "image-digest");
    }

    [Theory]
    [InlineData("""{"Binds":["/etc/localtime:/etc/localtime:ro"]}""")]
    [InlineData("""{"Binds":["/etc:/host/etc:ro"]}""")] // reading is allowed
    [InlineData("""{"Devices":[{"PathOnHost":"/dev/gpiochip0","PathInContainer":"/dev/gpiochip0","CgroupPermissions":"rw"}]}""")]
    [InlineData("""{"PortBindings":{"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]}}""")]
    [InlineData("""{"LogConfig":{"Type":"journald"}}""")]
    [InlineData("""{"IpcMode":"private","NetworkMode":"azure-iot-edge","VolumesFrom":[],"DeviceCgroupRules":[]}""")]
    public void What_is_within_bounds_is_not_complained_about(string change) => Assert.DoesNotContain(
        Check(Some.WithOptions(host =>
        {
            foreach ((string name, JsonNode? value) in JsonNode.Parse(change)!.AsObject())
            {
                host[name] = value!.DeepClone();
            }
        })), finding => finding.Rule != "image-digest");

    public static TheoryData<string, string, string> Routes => new()
    {
        { "route-grammar", "FROM /messages INTO nowhere", "'nowhere' is no sink" },
        { "route-grammar", "SELECT a FROM /messages/* INTO $upstream", "has not the form" },
        { "route-grammar", "FROM /mesages/* INTO $upstream", "'/mesages/*' is no source" },
        { "route-grammar", "FROM /messages/* WHERE a = INTO $upstream", "ends where a value should stand" },
        { "route-grammar", "FROM /messages/* WHERE frob(a) INTO $upstream", "no function 'frob'" },
        { "route-grammar", "FROM /messages/* WHERE (a = 1 INTO $upstream", "a ) is missing" },
        { "route-grammar", "FROM /messages/* INTO BrokeredEndpoint(\"/modules/telemetry\")", "is no sink" },
        { "route-source", "FROM /messages/modules/gone/outputs/x INTO $upstream", "no module 'gone'" },
        {
            "route-sink",
            "FROM /messages/modules/weather/outputs/points INTO BrokeredEndpoint(\"/modules/gone/inputs/x\")",
            "no module 'gone'"
        },
        { "route-output", "FROM /messages/modules/weather/outputs/reading INTO $upstream", "never sends to an output 'reading'" },
        {
            "route-input",
            "FROM /messages/modules/weather/outputs/points INTO BrokeredEndpoint(\"/modules/compute/inputs/points\")",
            "no input 'points'"
        },
        { "route-loop", "FROM /messages/* INTO BrokeredEndpoint(\"/modules/telemetry/inputs/points\")", "its own messages" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public void A_route_that_cannot_work_is_found(string rule, string route, string complaint)
    {
        Finding found = Assert.Single(Check(Some.With(root => Some.Hub(root)["routes"]!["mine"] = route)), finding =>
            finding.Rule != "image-digest");
        Assert.Equal(rule, found.Rule);
        Assert.Equal($"{Hub}.routes.mine", found.Path);
        Assert.Contains(complaint, found.Problem, StringComparison.Ordinal);
    }

    [Theory] // The forms that "Deploy modules and establish routes" and edge-hub's own tests use.
    [InlineData("FROM /messages/* INTO $upstream")]
    [InlineData("SELECT * FROM /messages/modules/weather/* INTO $upstream")]
    [InlineData("from /messages/modules/weather/outputs/points into $upstream")]
    [InlineData("FROM /messages/modules/weather/outputs/* WHERE $body.machine.temperature > 30 AND NOT (alert = 'off') INTO $upstream")]
    [InlineData("FROM /messages/* WHERE NOT IS_DEFINED($connectionModuleId) INTO $upstream")]
    [InlineData("FROM /messages/* WHERE {$contentType} = 'a/b' OR as_number(level) >= 0x1F - -3 ?? 2 INTO $upstream")]
    [InlineData("FROM /twinChangeNotifications INTO $upstream")]
    [InlineData("FROM /* WHERE $body.list[2].x <> null || \"y\" INTO $upstream")]
    public void A_route_that_edgeHub_reads_is_read(string route) => Assert.DoesNotContain(
        Check(Some.With(root => Some.Hub(root)["routes"]!["mine"] = route)), finding => finding.Rule == "route-grammar");

    [Fact]
    public void What_nobody_takes_and_what_nobody_feeds_is_found()
    {
        IEnumerable<Finding> findings = Check(Some.With(root => ((JsonObject)Some.Hub(root)["routes"]!).Remove("weather-to-compute")));
        Assert.Contains(findings, finding => finding.Rule == "unreached-input"
            && finding.Path.EndsWith(".modules.compute", StringComparison.Ordinal));
        findings = Check(Some.With(root => ((JsonObject)Some.Hub(root)["routes"]!).Remove("weather-points")));
        Assert.Contains(findings, finding => finding.Rule == "unrouted-output"
            && finding.Problem.Contains("'points'", StringComparison.Ordinal));
    }

    public static TheoryData<string, string, string> Settings => new()
    {
        { "ttl-below-cleanup", "hub:storeAndForwardConfiguration", """{"timeToLiveSecs":60}""" },
        { "ttl-forever", "hub:storeAndForwardConfiguration", """{"timeToLiveSecs":-1}""" },
        { "ttl-long", "hub:storeAndForwardConfiguration", """{"timeToLiveSecs":99999999}""" },
        { "store-limit-unused", "hub:storeAndForwardConfiguration", """{"timeToLiveSecs":7200,"storeLimits":{"maxSizeBytes":1000}}""" },
        { "schema-version", "hub:schemaVersion", "\"2.0\"" },
        { "schema-version", "hub:schemaVersion", "\"1.0\"" }, // routes with priorities came with 1.1
        { "schema-version", "agent:schemaVersion", "\"1.2\"" },
        { "store-limit-missing", "edgeHub:UsePersistentStorage", """{"value":"false"}""" },
        { "hub-memory", "edgeHub:OptimizeForPerformance", """{"value":true}""" },
        { "ttl-below-cleanup", "edgeHub:MessageCleanupIntervalSecs", """{"value":999999}""" },
        { "store-not-mounted", "edgeHub:storageFolder", """{"value":"/elsewhere"}""" },
        { "restart", "module:restartPolicy", "\"never\"" },
        { "secret", "module:env", """{"InfluxToken":{"value":"abc"}}""" },
        { "image-tag", "module:settings", """{"image":"registry.example.org/x"}""" },
        { "image-tag", "module:settings", """{"image":"registry.example.org/x:latest"}""" },
        { "image-name", "module:settings", """{"image":"Registry.example.org/X:1"}""" },
        { "image-platform", "module:settings", """{"image":"registry.example.org/x:1.0-amd64"}""" },
        { "create-options-json", "module:settings", """{"image":"x/y:1","createOptions":"{"}""" },
        { "create-options-length", "module:settings", $$"""{"image":"x/y:1","createOptions":"{{new string(' ', 600)}}{}"}""" },
        { "twin-text", "module:settings", $$"""{"image":"x/y:1","createOptions":"{{new string(' ', 5000)}}{}"}""" },
        { "twin-key", "twin:a b", "1" },
        { "twin-size", "twin:big", $"[{string.Join(',', Enumerable.Repeat($"\"{new string('x', 4000)}\"", 9))}]" },
        { "twin-depth", "twin:deep", """{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}""" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_setting_that_the_service_or_the_device_cannot_bear_is_found(string rule, string place, string value)
    {
        Manifest manifest = Some.With(root =>
        {
            string[] parts = place.Split(':');
            JsonObject into = parts[0] switch
            {
                "hub" => Some.Hub(root),
                "agent" => Some.Agent(root),
                "edgeHub" => (JsonObject)Some.Agent(root)["systemModules"]!["edgeHub"]!["env"]!,
                "module" => Some.Module(root, "weather"),
                _ => Twin(root),
            };
            into[parts[1]] = JsonNode.Parse(value);
        });
        Assert.Contains(Check(manifest), finding => finding.Rule == rule);
        Assert.DoesNotContain(Check(Some.Manifest()), finding => finding.Rule == rule);
    }

    [Fact]
    public void An_image_of_another_processor_is_found_by_what_it_was_built_for()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, """{"images":{"registry.example.org/edgedepin/edgedepin-sensor:0.1.0":{"digest":"sha256:AAA","platforms":["linux/amd64"]}}}"""
            .Replace("AAA", new string('a', 64), StringComparison.Ordinal));
        ImagePins pins = ImagePins.ReadFile(file);
        File.Delete(file);
        Manifest manifest = Some.Manifest(pins: pins);
        Assert.EndsWith($":0.1.0@sha256:{new string('a', 64)}",
            Some.Module(manifest.Root, "weather")["settings"]!["image"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(ManifestCheck.Of(manifest, "linux/arm64", pins), finding => finding.Rule == "image-platform");
        Assert.DoesNotContain(ManifestCheck.Of(manifest, "linux/amd64", pins), finding => finding.Rule == "image-platform");
    }

    [Fact]
    public void A_secret_is_never_shown()
    {
        Manifest manifest = Some.With(root => Some.Module(root, "weather")["env"] = JsonNode.Parse("""{"InfluxToken":{"value":"hunter2hunter2"},"x":{"value":["hunter2hunter2"]}}"""));
        string all = string.Concat(Check(manifest)
            .Where(finding => !finding.Path.EndsWith(".x.value",
            StringComparison.Ordinal))) + ManifestExplanation.Of(manifest).Replace("x=[\"hunter2hunter2\"]", "",
            StringComparison.Ordinal);
        Assert.Contains("secret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", all, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_in_words_says_rights_and_ways()
    {
        string text = ManifestExplanation.Of(Some.Manifest("weather,grid"));
        Assert.Contains("weather: registry.example.org/edgedepin/edgedepin-sensor:0.1.0\n  may use: /dev/i2c-1 (rw)\n  keeps: /data in edgedepin-weather\n  memory: at most 128 MiB\n", text, StringComparison.Ordinal);
        Assert.Contains("  grid-readings: grid/readings → telemetry/readings\n", text, StringComparison.Ordinal);
    }

    private static JsonObject Twin(JsonObject root)
    {
        var twin = new JsonObject();
        root["modulesContent"]!["weather"] = new JsonObject { [Manifest.Desired] = twin };
        return twin;
    }

    private static IEnumerable<Finding> Check(Manifest manifest) => ManifestCheck.Of(manifest, "linux/arm64", ImagePins.None);
}
