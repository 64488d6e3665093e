using System.Buffers;
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
    private static readonly SearchValues<char> Meaningful = SearchValues.Create(" \t\r\n$%\"'\\;");

    private const string EnvironmentFolder = "/etc/edgedepin/modules";
    private const string HubPort = "8883";
    private const string HubData = "/data/hub";
    private const string HubManifest = "/etc/edgedepin/hub.json";
    private const string RunFolder = "/run/edgedepin";
    private const string TrustFolder = $"{RunFolder}/trust";
    private const string TrustBundle = "trust-bundle.pem";
    private const string TrustFolderInside = "/run/trust";
    private const string Join = "/usr/local/lib/edgedepin/join-hub.sh";
    private const string Refresh = "/usr/local/lib/edgedepin/refresh-trust.sh";
    private const string RefreshUnit = "edgedepin-trust-refresh";

    /// <summary>What keeps the certificates that the modules trust as new as the hub's.</summary>
    public const string TrustTimer = $"{RefreshUnit}.timer";

    public static string UnitName(string module) => $"edgedepin-{module}.service";

    /// <summary>Unit and environment file of a module.</summary>
    /// <param name="pins">What the images of a card are known by; a device has none other when it names one.</param>
    public static IEnumerable<DeviceFile> Files(ModuleDeclaration module, ImagePins pins)
    {
        ArgumentNullException.ThrowIfNull(module);
        IEnumerable<string> variables = (module.Declaration["env"] as JsonObject ?? [])
            .Select(variable => Line(module, variable.Key, $"{variable.Value.At("value")}"));
        yield return new DeviceFile($"{EnvironmentFolder}/{module.Name}.env", string.Join('\n', variables) + "\n", "0600");
        yield return new DeviceFile($"/etc/systemd/system/{UnitName(module.Name)}",
            Unit(module.Name, string.Join(' ', Command(module, pins)), after: UnitName(HubModule),
            before: $"ExecStartPre={Join} {module.Name}\n"));
    }

    /// <summary>The unit of the hub that connects the modules of a device.</summary>
    public static DeviceFile Hub(ImageName image, DeviceName device, ImagePins pins) => new(
        $"/etc/systemd/system/{UnitName(HubModule)}",
            Unit(HubModule, string.Join(' ', HubCommand(image, device, pins)), after: "network.target"));

    /// <summary>What podman is started with for the hub: TLS and signed tokens only, messages and keys on a volume.</summary>
    public static IEnumerable<string> HubCommand(ImageName image, DeviceName device, ImagePins pins) =>
    [
        .. Common(HubModule), "--memory=134217728", "--pids-limit=128", "--volume=edgedepin-hub:/data",
            $"--volume={HubManifest}:{HubManifest}:ro", "--tmpfs=/tmp:size=16m",
        .. Reference(image, pins), "hub", "run", "--port", HubPort, "--device", device.Text, "--data", HubData, "--manifest", HubManifest,
    ];

    /// <summary>What the hub needs of a manifest: routes, names of modules, and twins. Nothing of it is secret, so the hub's user
    /// may read it.</summary>
    public static DeviceFile HubManifestFile(Manifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var content = new JsonObject
        {
            [Manifest.Agent] = new JsonObject
            {
                [Manifest.Desired] = new JsonObject
                {
                    ["modules"] = new JsonObject(ManifestModules.Of(manifest.Root).Where(module => !module.IsSystem)
                        .Select(module => KeyValuePair.Create(module.Name, (JsonNode?)new JsonObject()))),
                },
            },
        };
        foreach ((string name, JsonNode? twin) in manifest.Root["modulesContent"]!.AsObject().Where(twin => twin.Key != Manifest.Agent))
        {
            content[name] = twin?.DeepClone();
        }

        return new DeviceFile(HubManifest,
            Encoding.UTF8.GetString(new Manifest(new JsonObject { ["modulesContent"] = content }, new Origins()).ToUtf8()));
    }

    /// <summary>Asks the hub for a module's key and for the certificate to trust; run before each start, so that a hub made anew is
    /// no obstacle.</summary>
    public static DeviceFile JoinScript(DeviceName device) => new(Join, $"""
        #!/bin/sh
        # Written by 'edgedepin flash'. join-hub.sh MODULE
        set -eu
        umask 077
        mkdir -p {RunFolder}
        string=$(podman exec edgedepin-hub /app/edgedepin hub connection-string --data {HubData} --module "$1" --device {device} --gateway localhost:{HubPort})
        printf 'EdgeHubConnectionString=%s\nEdgeModuleCACertificateFile={TrustFolderInside}/{TrustBundle}\n' "$string" >"{RunFolder}/$1.env"
        sh {Refresh}

        """, "0755");

    /// <summary>
    /// A site's root is renewed while modules run. They read its file at each connection, and have its folder: a mounted file would stay the one
    /// that was there when the container began.
    /// </summary>
    public static IEnumerable<DeviceFile> TrustRefresh()
    {
        yield return new DeviceFile(Refresh, $"""
            #!/bin/sh
            # Written by 'edgedepin flash'. Copies the certificates to trust from the hub to where the modules read them.
            set -eu
            umask 077
            mkdir -p {RunFolder}
            mkdir -p -m 755 {TrustFolder}
            new=$(mktemp -d {RunFolder}/trust.XXXXXX)
            trap 'rm -rf "$new"' EXIT
            podman cp edgedepin-hub:{HubData}/ca/{TrustBundle} "$new/{TrustBundle}"
            chmod 644 "$new/{TrustBundle}"
            # Renamed, so that nobody reads half of it.
            mv "$new/{TrustBundle}" {TrustFolder}/{TrustBundle}

            """, "0755");
        yield return new DeviceFile($"/etc/systemd/system/{RefreshUnit}.service", $"""
            # Written by 'edgedepin flash'.
            [Unit]
            Description=Bring the certificates of the EdgeDePin hub to its modules

            [Service]
            Type=oneshot
            # A hub that is just being started anew is asked the next time.
            ExecCondition=/usr/bin/podman container exists edgedepin-{HubModule}
            ExecStart={Refresh}

            """);
        yield return new DeviceFile($"/etc/systemd/system/{TrustTimer}", $"""
            # Written by 'edgedepin flash'.
            [Unit]
            Description=Bring the certificates of the EdgeDePin hub to its modules, every five minutes

            [Timer]
            OnBootSec=5min
            OnUnitInactiveSec=5min

            [Install]
            WantedBy=timers.target

            """);
    }

    /// <summary>What podman is started with. (podman-run(1); the options are those of Docker's "create a container" call.)</summary>
    /// <exception cref="DeploymentException">The module has no image.</exception>
    public static IEnumerable<string> Command(ModuleDeclaration module, ImagePins pins)
    {
        ArgumentNullException.ThrowIfNull(module);
        ImageName image = module.Image ?? throw new DeploymentException($"{module.Path} has no image.");
        JsonObject options = module.Container ?? [];
        JsonNode? host = options["HostConfig"];
        return Words(module,
        [
            .. Common(module.Name),
            .. host.At("Memory") is { } memory ? [$"--memory={memory}"] : Array.Empty<string>(),
            .. host.At("PidsLimit") is { } pids ? [$"--pids-limit={pids}"] : Array.Empty<string>(),
            .. ContainerRules.Devices(options).Select(device => $"--device={device.Host}:{device.Host}:{device.Permissions}"),
            .. ContainerRules.Binds(options).Select(bind =>
                $"--volume={bind.Host}:{bind.Container}{(bind.Mode.Length > 0 ? $":{bind.Mode}" : "")}"),
            .. (host.At("Tmpfs") as JsonObject ?? []).Select(tmpfs => $"--tmpfs={tmpfs.Key}:{tmpfs.Value}"),
            $"--env-file={EnvironmentFolder}/{module.Name}.env",
            $"--env-file={RunFolder}/{module.Name}.env",
            $"--volume={TrustFolder}:{TrustFolderInside}:ro",
            .. Reference(image, pins),
        ]);
    }

    // A blank would begin a new option, and systemd gives $, %, quotes and backslashes a meaning of their own (systemd.service(5),
    // "Command lines").
    private static string[] Words(ModuleDeclaration module, string[] options) =>
        options.FirstOrDefault(option => option.AsSpan().ContainsAny(Meaningful)) is { } wrong
            ? throw new DeploymentException($"{module.Path}: '{wrong}' cannot stand in a unit of systemd: leave blanks, quotes, $, % and ; out of its container options.")
            : options;

    private static string Line(ModuleDeclaration module, string name, string value) =>
        value.AsSpan().ContainsAny('\r', '\n')
            ? throw new DeploymentException($"{module.Path}: the variable {name} has a line feed, which a file of variables cannot hold.")
            : $"{name}={value}";

    // Without a cloud the modules reach the hub, and people the page, on the device's own loopback: nothing listens elsewhere.
    private static IEnumerable<string> Common(string module) =>
    [
        "--rm", "--replace", $"--name=edgedepin-{module}", "--network=host", "--read-only", "--cap-drop=ALL",
            "--security-opt=no-new-privileges", "--log-driver=journald",
    ];

    // podman wants a tag or a digest. What is known by its id came with the card, and under that id nobody else can offer anything.
    private static string[] Reference(ImageName image, ImagePins pins) =>
        pins.IdOf(image) is { } id ? ["--pull=never", id] : [(image.ImageDigest is null ? image : image with { Tag = null }).ToString()];

    private static string Unit(string module, string command, string after, string before = "")
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
            {before}ExecStart=/usr/bin/podman run {command}
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
