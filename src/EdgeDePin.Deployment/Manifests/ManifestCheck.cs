using System.Collections.Immutable;
using EdgeDePin.Deployment.Manifests.Rules;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>Checks a manifest against the published schema, what IoT Hub and the device's runtime really take, and what a small device can bear.</summary>
public static class ManifestCheck
{
    /// <summary>The platform of a Raspberry Pi with a 64-bit system.</summary>
    public const string DefaultPlatform = "linux/arm64";

    /// <summary>Everything found, errors first, then in the order of the manifest.</summary>
    /// <param name="manifest">Merged and filled.</param>
    /// <param name="platform">Of the device, such as <c>linux/arm64</c>.</param>
    /// <param name="pins">Digests and platforms of images.</param>
    public static ImmutableArray<Finding> Of(Manifest manifest, string platform, ImagePins pins) =>
    [
        .. FormRules.Check(manifest)
            .Concat(TwinRules.Check(manifest))
            .Concat(HubRules.Check(manifest))
            .Concat(RouteRules.Check(manifest))
            .Concat(ContainerRules.Check(manifest))
            .Concat(ImageRules.Check(manifest, platform, pins))
            .Concat(LifeRules.Check(manifest))
            .OrderByDescending(finding => finding.Severity),
    ];

    /// <summary>Whether a finding says that the published schema refuses the manifest.</summary>
    public static bool IsRefusedBySchema(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Rule is FormRules.Schema or FormRules.Extension;
    }
}
