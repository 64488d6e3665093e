using System.Collections.Immutable;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>The system on the card.</summary>
public enum DeviceSystem
{
    /// <summary>Raspberry Pi OS 12, 64-bit: a script at first start.</summary>
    Bookworm,

    /// <summary>Raspberry Pi OS 13, 64-bit: cloud-init.</summary>
    Trixie,

    /// <summary>Ubuntu Server 22.04 or 24.04 for Raspberry Pi: cloud-init.</summary>
    Ubuntu,
}

/// <summary>How the device becomes known to its cloud, or not.</summary>
public enum Provisioning
{
    /// <summary>Device Provisioning Service, with a key that the device shows.</summary>
    DpsSymmetric,

    /// <summary>Device Provisioning Service, with the device's TPM.</summary>
    DpsTpm,

    /// <summary>Device Provisioning Service, with a certificate.</summary>
    DpsX509,

    /// <summary>A device that IoT Hub already knows, with its connection string.</summary>
    Manual,

    /// <summary>No cloud: the hub of EdgeDePin runs on the device.</summary>
    Offline,
}

/// <summary>What a device shall be.</summary>
/// <param name="Name">Host name, device id and node name.</param>
/// <param name="Profile">Names of profiles, with commas.</param>
/// <param name="System">On its card.</param>
/// <param name="Provisioning">How it becomes known.</param>
/// <param name="Boot">Folder, image or card to write to.</param>
/// <param name="Values">Variables of the manifest; <c>SITE</c> is one.</param>
public sealed record DeviceOrder(
    DeviceName Name, string Profile, DeviceSystem System, Provisioning Provisioning, string Boot, ImmutableDictionary<string, string> Values)
{
    /// <summary>DPS ID scope, such as <c>0ne00000A1B</c>. Needed for every kind of DPS.</summary>
    public string? IdScope { get; init; }

    /// <summary>DPS registration id. Default: the device's name.</summary>
    public string RegistrationId { get; init; } = Name.Text;

    /// <summary>Name of the wireless network; null for a wire.</summary>
    public string? Wifi { get; init; }

    /// <summary>Two letters that decide which radio channels are allowed (ISO 3166-1).</summary>
    public string Country { get; init; } = "GB";

    /// <summary>Who may log in.</summary>
    public string User { get; init; } = "edgedepin";

    /// <summary>A line of <c>authorized_keys</c>; null leaves only a password.</summary>
    public string? SshKey { get; init; }

    /// <summary>Certificate for <see cref="Provisioning.DpsX509"/>, PEM.</summary>
    public string? IdentityCertificate { get; init; }

    /// <summary>The words of the command line for a system.</summary>
    /// <exception cref="DeploymentException">Not one of them.</exception>
    public static DeviceSystem SystemOf(string text) => text switch
    {
        "bookworm" => DeviceSystem.Bookworm,
        "trixie" => DeviceSystem.Trixie,
        "ubuntu" => DeviceSystem.Ubuntu,
        _ => throw new DeploymentException($"'{text}' is no system: use bookworm, trixie or ubuntu."),
    };

    /// <summary>The words of the command line for a way of provisioning.</summary>
    /// <exception cref="DeploymentException">Not one of them.</exception>
    public static Provisioning ProvisioningOf(string text) => text switch
    {
        "dps-symmetric" => Provisioning.DpsSymmetric,
        "dps-tpm" => Provisioning.DpsTpm,
        "dps-x509" => Provisioning.DpsX509,
        "manual" => Provisioning.Manual,
        "offline" => Provisioning.Offline,
        _ => throw new DeploymentException($"'{text}' is no way of provisioning: use dps-symmetric, dps-tpm, dps-x509, manual or offline."),
    };

    public static string WordOf(Provisioning provisioning) => provisioning switch
    {
        Provisioning.DpsSymmetric => "dps-symmetric",
        Provisioning.DpsTpm => "dps-tpm",
        Provisioning.DpsX509 => "dps-x509",
        Provisioning.Manual => "manual",
        _ => "offline",
    };
}
