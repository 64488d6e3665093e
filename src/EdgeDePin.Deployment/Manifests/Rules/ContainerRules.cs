using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>What may a container do to the device? Options are those of Docker's "create a container" call.</summary>
internal static class ContainerRules
{
    // A process with one of these is root of the device in a few steps (capabilities(7)).
    private static readonly string[] MightyCapabilities =
        ["ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH", "DAC_OVERRIDE", "NET_ADMIN", "BPF",
            "SYS_BOOT", "MKNOD"];

    private static readonly string[] MightyFolders = ["/", "/etc", "/dev", "/proc", "/sys", "/boot", "/root", "/home", "/var",
        "/var/run", "/run", "/usr", "/lib"];
    private static readonly string[] MightyDevices = ["/dev/mem", "/dev/kmem", "/dev/gpiomem", "/dev/sd", "/dev/mmcblk",
        "/dev/nvme", "/dev/kmsg"];

    public static IEnumerable<Finding> Check(Manifest manifest) =>
        ManifestModules.Of(manifest.Root).SelectMany(module => Check(manifest, module));

    /// <summary>Binds as host path, container path, and mode.</summary>
    public static IEnumerable<(string Host, string Container, string Mode)> Binds(JsonObject options) =>
        (options["HostConfig"].At("Binds") as JsonArray ?? []).Select(Text).OfType<string>().Select(text => text.Split(':'))
            .Select(parts => (parts[0], parts.Length > 1 ? parts[1] : "", parts.Length > 2 ? parts[2] : ""));

    /// <summary>Devices that the container gets, with their permissions.</summary>
    public static IEnumerable<(string Host, string Permissions)> Devices(JsonObject options) =>
        (options["HostConfig"].At("Devices") as JsonArray ?? []).OfType<JsonObject>()
            .Select(device => (Text(device["PathOnHost"]) ?? "", Text(device["CgroupPermissions"]) ?? "rwm"));

    private static IEnumerable<Finding> Check(Manifest manifest, ModuleDeclaration module)
    {
        string path = JsonPath.Child(JsonPath.Child(module.Path, "settings"), CreateOptions.Name);
        Origin? origin = manifest.Origins.Of(module.Settings[CreateOptions.Name] ?? module.Settings);
        string? text = CreateOptions.Text(module.Settings, out string? problem);
        if (problem is not null)
        {
            yield return new Finding(Severity.Error, "create-options-chunks", path, origin, "", problem,
                "Number the parts without a gap, two digits each.");
        }

        foreach ((string name, JsonNode? chunk) in module.Settings.Where(part =>
            part.Key.StartsWith(CreateOptions.Name, StringComparison.Ordinal)))
        {
            if (Text(chunk) is { Length: > CreateOptions.ChunkLength } said)
            {
                yield return new Finding(Severity.Warning, "create-options-length",
                    JsonPath.Child(JsonPath.Child(module.Path, "settings"), name), origin, $"{said.Length} characters",
                    $"edgeAgent itself writes at most {CreateOptions.ChunkLength} characters into one value.",
                        "Let 'manifest render' cut it into chunks.");
            }
        }

        (JsonObject? options, string? wrong) = Parse(text);
        if (wrong is not null)
        {
            yield return new Finding(Severity.Error, "create-options-json", path, origin, Shown.Short(text!),
                $"the container options are no JSON object: {wrong}", "Correct the text.");
        }

        foreach (Said said in Mighty(options ?? []).Concat(module.IsSystem ? [] : Bounds(options ?? [])))
        {
            yield return new Finding(said.Severity, said.Rule, $"{path} → {said.Option}", origin, said.Value, said.Problem, said.Remedy);
        }
    }

    private static IEnumerable<Said> Mighty(JsonObject options)
    {
        JsonNode? host = options["HostConfig"];
        if (IsTrue(host.At("Privileged")))
        {
            yield return Error("privileged", "HostConfig.Privileged", "true", "the module is root of the whole device.",
                "Take it out, and name each device it needs under HostConfig.Devices.");
        }

        foreach (string name in (string[])["NetworkMode", "PidMode", "IpcMode", "UTSMode", "UsernsMode", "CgroupnsMode"])
        {
            if (Text(host.At(name)) is "host")
            {
                yield return Error("host-namespace", $"HostConfig.{name}", "host",
                    "the module shares this with the device: it sees what other programs do there.",
                    "Take it out; publish single ports with PortBindings.");
            }
            else if (Text(host.At(name)) is { } other && other.StartsWith("container:", StringComparison.Ordinal))
            {
                yield return Error("container-namespace", $"HostConfig.{name}", other,
                    "the module shares this with another container: what that one may, it may too.", "Take it out.");
            }
        }

        if (options["NetworkingConfig"].At("EndpointsConfig") is JsonObject networks && networks.ContainsKey("host"))
        {
            yield return Error("host-namespace", "NetworkingConfig.EndpointsConfig", "host",
                "the module shares the device's network: it reaches what listens on its loopback.",
                "Take it out; publish single ports with PortBindings.");
        }

        foreach (string from in Texts(host.At("VolumesFrom")))
        {
            yield return Error("volumes-from", "HostConfig.VolumesFrom", from,
                "the module gets every volume of another container, with its keys and data.", "Take it out; bind the one volume it needs.");
        }

        foreach (string rule in Texts(host.At("DeviceCgroupRules")))
        {
            yield return DeviceRule(rule);
        }

        foreach (string added in Texts(host.At("CapAdd")))
        {
            string name = added.ToUpperInvariant();
            name = name.StartsWith("CAP_", StringComparison.Ordinal) ? name[4..] : name;
            if (MightyCapabilities.Contains(name))
            {
                yield return Error("capability", "HostConfig.CapAdd", added,
                    "with this capability the module can take over the device.", "Take it out; our modules need none.");
            }
        }

        foreach (string option in Texts(host.At("SecurityOpt"))
            .Where(option => option.EndsWith("unconfined", StringComparison.Ordinal)
            || option.EndsWith("disable", StringComparison.Ordinal)))
        {
            yield return Error("unconfined", "HostConfig.SecurityOpt", option, "it turns a protection of the kernel off.", "Take it out.");
        }

        foreach ((string from, _, string mode) in Binds(options).Concat(
            (host.At("Mounts") as JsonArray ?? []).Where(mount => Text(mount.At("Type")) == "bind")
                .Select(mount => (Text(mount!["Source"]) ?? "", "", ""))))
        {
            string folder = from.Length > 1 ? from.TrimEnd('/') : from;
            if (folder.EndsWith(".sock", StringComparison.Ordinal))
            {
                yield return Error("socket-bind", "HostConfig.Binds", from,
                    "whoever holds this socket commands the service behind it, often the whole device.", "Take it out.");
            }
            else if (MightyFolders.Contains(folder) && !mode.Split(',').Contains("ro"))
            {
                yield return Error("folder-bind", "HostConfig.Binds", from, "the module may change the device's own files.",
                    "Bind a named volume such as edgedepin-data:/data.");
            }
        }

        foreach ((string device, string permissions) in Devices(options))
        {
            if (device == "/dev" || MightyDevices.Any(mighty => device.StartsWith(mighty, StringComparison.Ordinal)))
            {
                yield return Error("device", "HostConfig.Devices", device, "it opens memory, pins or disks of the whole device.",
                    "Name the one bus: /dev/i2c-1, /dev/ttyAMA0, /dev/gpiochip0.");
            }
            else if (permissions.Contains('m', StringComparison.Ordinal))
            {
                yield return new Said(Severity.Warning, "device-mknod", "HostConfig.Devices", device,
                    "the module may make device files (permission m).", "Write CgroupPermissions rw.");
            }
        }

        foreach ((string port, JsonNode? bindings) in host.At("PortBindings") as JsonObject ?? [])
        {
            foreach (JsonNode? binding in bindings as JsonArray ?? [])
            {
                if (Text(binding.At("HostIp")) is null or "" or "0.0.0.0" or "::")
                {
                    yield return new Said(Severity.Warning, "open-port", "HostConfig.PortBindings", port,
                        "everybody in the network reaches this port.", "Add \"HostIp\": \"127.0.0.1\", unless that is meant.");
                }
            }
        }
    }

    // "TYPE MAJOR:MINOR PERMISSIONS" (Linux, device controller of control groups). Whole classes of devices: everything, disks, and major 1,
    // which is memory (Linux, devices.txt).
    private static Said DeviceRule(string rule)
    {
        string[] words = rule.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool isNarrow = words is ["c", var numbers, _] && numbers.Split(':')[0] is not ("*" or "1");
        return new Said(isNarrow ? Severity.Warning : Severity.Error, isNarrow ? "device-rule" : "device", "HostConfig.DeviceCgroupRules", rule,
            isNarrow ? "it opens devices by their number, also ones that are plugged in later." : "it opens memory, disks or every device there is.",
            "Name the one bus under HostConfig.Devices: /dev/i2c-1, /dev/ttyAMA0, /dev/gpiochip0.");
    }

    private static IEnumerable<Said> Bounds(JsonObject options)
    {
        JsonNode? host = options["HostConfig"];
        if (!(host.At("Memory") is JsonValue memory
            && decimal.TryParse(memory.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out decimal bytes) && bytes > 0))
        {
            yield return Warning("no-memory-limit", "HostConfig.Memory", "without a limit one module can starve the others.",
                "Add \"Memory\": 134217728 (128 MiB), or what it needs.");
        }

        if (!IsTrue(host.At("ReadonlyRootfs")))
        {
            yield return Warning("writable-root", "HostConfig.ReadonlyRootfs", "who breaks in can change the module's program.",
                "Add \"ReadonlyRootfs\": true, and a volume for what it writes.");
        }

        if (!Texts(host.At("CapDrop")).Contains("ALL", StringComparer.OrdinalIgnoreCase))
        {
            yield return Warning("capabilities-kept", "HostConfig.CapDrop",
                "the container engine grants 14 capabilities by default.", "Add \"CapDrop\": [\"ALL\"].");
        }

        if (Text(host.At("LogConfig").At("Config").At("max-size")) is null && Text(host.At("LogConfig").At("Type")) is null or "json-file")
        {
            yield return Warning("log-unbounded", "HostConfig.LogConfig", "the log of a container grows until the card is full.",
                "Add \"LogConfig\": {\"Type\": \"json-file\", \"Config\": {\"max-size\": \"5m\", \"max-file\": \"2\"}}.");
        }
    }

    private static (JsonObject? Options, string? Wrong) Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return (null, null);
        }

        try
        {
            return JsonNode.Parse(text) is JsonObject options ? (options, null) : (null, "it is another kind of value.");
        }
        catch (JsonException error)
        {
            return (null, error.Message);
        }
    }

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(Text).OfType<string>();

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool yes) && yes;

    private static Said Error(string rule, string option, string value, string problem, string remedy) =>
        new(Severity.Error, rule, option, value, problem, remedy);

    private static Said Warning(string rule, string option, string problem, string remedy) =>
        new(Severity.Warning, rule, option, "", problem, remedy);

    private sealed record Said(Severity Severity, string Rule, string Option, string Value, string Problem, string Remedy);
}
