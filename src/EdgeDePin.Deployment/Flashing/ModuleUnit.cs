using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EdgeDePin.Deployment.Manifests;
using EdgeDePin.Deployment.Manifests.Rules;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>
/// A module of a manifest as a systemd unit that runs it with podman, for sites without a cloud. The container gets the rights that the
/// manifest gives it and no others.
/// </summary>
public static class ModuleUnit
{
    public const string HubModule = "hub";
    private const string EnvironmentFolder = "/etc/edgedepin/modules";

    public static string UnitName(string module) => $"edgedepin-{module}.service";

    /// <summary>Unit and environment file of a module.</summary>
    public static IEnumerable<DeviceFile> Files(ModuleDeclaration module)
    {
        ArgumentNullException.ThrowIfNull(module);
        IEnumerable<string> variables = (module.Declaration["env"] as JsonObject ?? [])
            .Select(variable => Line(module, variable.Key, $"{variable.Value?["value"]}"))
            .Append("EDGEDEPIN_Hub__Host=127.0.0.1");
        yield return new DeviceFile($"{EnvironmentFolder}/{module.Name}.env", string.Join('\n', variables) + "\n", "0600");
        yield return new DeviceFile($"/etc/systemd/system/{UnitName(module.Name)}", Unit(module.Name, string.Join(' ', Command(module)), after: UnitName(HubModule)));
    }

    /// <summary>The unit of the hub that connects the modules of a device.</summary>
    public static DeviceFile Hub(ImageName image, DeviceName device) => new(
        $"/etc/systemd/system/{UnitName(HubModule)}", Unit(HubModule, string.Join(' ', HubCommand(image, device)), after: "network.target"));

    /// <summary>What podman is started with for the hub.</summary>
    public static IEnumerable<string> HubCommand(ImageName image, DeviceName device) =>
    [
        .. Common(HubModule), "--memory=134217728", "--pids-limit=128", "--volume=edgedepin-hub:/data", "--tmpfs=/tmp:size=16m",
        Reference(image), "hub", "run", "--port", "1883", "--device", device.Text,
    ];

    /// <summary>What podman is started with. (podman-run(1); the options are those of Docker's "create a container" call.)</summary>
    /// <exception cref="DeploymentException">The module has no image.</exception>
    public static IEnumerable<string> Command(ModuleDeclaration module)
    {
        ArgumentNullException.ThrowIfNull(module);
        ImageName image = module.Image ?? throw new DeploymentException($"{module.Path} has no image.");
        JsonObject options = module.Container ?? [];
        JsonNode? host = options["HostConfig"];
        return Words(module,
        [
            .. Common(module.Name),
            .. host?["Memory"] is { } memory ? [$"--memory={memory}"] : Array.Empty<string>(),
            .. host?["PidsLimit"] is { } pids ? [$"--pids-limit={pids}"] : Array.Empty<string>(),
            .. ContainerRules.Devices(options).Select(device => $"--device={device.Host}:{device.Host}:{device.Permissions}"),
            .. ContainerRules.Binds(options).Select(bind => $"--volume={bind.Host}:{bind.Container}{(bind.Mode.Length > 0 ? $":{bind.Mode}" : "")}"),
            .. (host?["Tmpfs"] as JsonObject ?? []).Select(tmpfs => $"--tmpfs={tmpfs.Key}:{tmpfs.Value}"),
            $"--env-file={EnvironmentFolder}/{module.Name}.env",
            Reference(image),
        ]);
    }

    // A blank would begin a new option, and systemd gives $, %, quotes and backslashes a meaning of their own (systemd.service(5), "Command lines").
    private static string[] Words(ModuleDeclaration module, string[] options) =>
        options.FirstOrDefault(option => option.AsSpan().IndexOfAny(" \t\r\n$%\"'\\;") >= 0) is { } wrong
            ? throw new DeploymentException($"{module.Path}: '{wrong}' cannot stand in a unit of systemd: leave blanks, quotes, $, % and ; out of its container options.")
            : options;

    private static string Line(ModuleDeclaration module, string name, string value) =>
        value.AsSpan().IndexOfAny("\r\n") >= 0
            ? throw new DeploymentException($"{module.Path}: the variable {name} has a line feed, which a file of variables cannot hold.")
            : $"{name}={value}";

    // Without a cloud the modules reach the hub, and people the page, on the device's own loopback: nothing listens elsewhere.
    private static IEnumerable<string> Common(string module) =>
    [
        "--rm", "--replace", $"--name=edgedepin-{module}", "--network=host", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--log-driver=journald",
    ];

    // podman wants a tag or a digest.
    private static string Reference(ImageName image) => (image.ImageDigest is null ? image : image with { Tag = null }).ToString();

    private static string Unit(string module, string command, string after)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Written by 'edgedepin flash'.
            [Unit]
            Description=EdgeDePin {module}
            Wants={after}
            After={after} edgedepin-provision.service
            StartLimitIntervalSec=0

            [Service]
            ExecStart=/usr/bin/podman run {command}
            ExecStop=/usr/bin/podman stop --ignore --time 10 edgedepin-{module}
            Restart=always
            RestartSec=5
            TimeoutStartSec=900

            [Install]
            WantedBy=multi-user.target

            """);
        return text.ToString();
    }
}
