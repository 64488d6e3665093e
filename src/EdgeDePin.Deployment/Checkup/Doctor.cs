using System.Collections.Immutable;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Deployment.Checkup;

/// <summary>What the doctor looks at.</summary>
[Flags]
public enum CheckGroups
{
    None = 0,

    /// <summary>Clock, power, heat, buses.</summary>
    Board = 1,

    /// <summary>Room, card, memory.</summary>
    Storage = 2,

    /// <summary>Modes of files, certificates.</summary>
    Secrets = 4,

    /// <summary>The local hub.</summary>
    Hub = 8,

    /// <summary>Broker and InfluxDB.</summary>
    Reach = 16,

    All = Board | Storage | Secrets | Hub | Reach,
}

/// <summary>Looks a device over: clock, power, heat, buses, card, memory, secrets, certificates, and who it depends on.</summary>
public static class Doctor
{
    public const string ManifestPath = "/etc/edgedepin/manifest.json";

    /// <param name="root">The device.</param>
    /// <param name="groups">What to look at.</param>
    /// <param name="hubPort">Where the local hub listens; null looks at 8883 and then at 1883.</param>
    /// <param name="time">The device's own clock.</param>
    /// <param name="askFirmware">What <c>vcgencmd get_throttled</c> prints; null where there is no such program.</param>
    public static async Task<ImmutableArray<CheckResult>> ExamineAsync(
        DeviceRoot root, CheckGroups groups, int? hubPort, TimeProvider time, Func<string?> askFirmware, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(time);
        (Manifest? manifest, CheckResult read) = ReadManifest(root);
        return
        [
            .. groups == CheckGroups.All ? [read] : Array.Empty<CheckResult>(),
            .. groups.HasFlag(CheckGroups.Board) ? BoardChecks.Run(root, manifest, time, askFirmware) : [],
            .. groups.HasFlag(CheckGroups.Storage) ? StorageChecks.Run(root) : [],
            .. groups.HasFlag(CheckGroups.Secrets) ? SecretChecks.Run(root, time) : [],
            .. groups.HasFlag(CheckGroups.Hub) ? [await ReachChecks.HubAsync(hubPort, time, cancellationToken)] : Array.Empty<CheckResult>(),
            .. groups.HasFlag(CheckGroups.Reach) ? await ReachChecks.OthersAsync(manifest, time, cancellationToken) : [],
        ];
    }

    private static (Manifest? Manifest, CheckResult Result) ReadManifest(DeviceRoot root)
    {
        if (!root.Has(ManifestPath))
        {
            return (null, new CheckResult("manifest", Verdict.Warning, $"there is no {ManifestPath}", "The device was not made by 'edgedepin flash', or not yet started."));
        }

        try
        {
            Manifest manifest = Manifest.ReadFile(root.At(ManifestPath));
            int errors = ManifestCheck.Of(manifest, ManifestCheck.DefaultPlatform, ImagePins.None).Count(finding => finding.Severity == Severity.Error);
            return (manifest, errors == 0 ? new CheckResult("manifest", Verdict.Good, $"{ManifestModules.Of(manifest.Root).Count()} modules")
                : new CheckResult("manifest", Verdict.Bad, $"{ManifestPath} has {errors} errors", $"See 'edgedepin manifest validate {ManifestPath}'."));
        }
        catch (DeploymentException error)
        {
            return (null, new CheckResult("manifest", Verdict.Bad, error.Message, "Flash the device again."));
        }
    }
}
