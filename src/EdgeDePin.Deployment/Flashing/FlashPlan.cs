using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeDePin.Deployment.Boot;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>Everything that is going to be on a device's boot partition, before a byte of it is written.</summary>
/// <param name="Order">What the device shall be.</param>
/// <param name="BootFiles">What is written to the boot partition.</param>
/// <param name="DeviceFiles">What the device makes of it at its first start.</param>
/// <param name="Warnings">What works, but not as well as it could.</param>
public sealed record FlashPlan(
    DeviceOrder Order, ImmutableArray<BootFile> BootFiles, ImmutableArray<DeviceFile> DeviceFiles, ImmutableArray<string> Warnings)
{
    /// <summary>Digests of the other files, in the format of sha256sum(1).</summary>
    public const string Sums = "edgedepin/SHA256SUMS";

    /// <summary>Written by the device when it has taken everything over.</summary>
    public const string Started = "edgedepin/started";

    private const string ConfigTxt = "config.txt";
    private const string CommandLine = "cmdline.txt";

    /// <summary>Thinks everything through; writes nothing.</summary>
    /// <param name="order">What the device shall be.</param>
    /// <param name="secrets">What only the device may know.</param>
    /// <param name="manifest">Rendered and free of errors.</param>
    /// <param name="site">Signs the device's certificates.</param>
    /// <param name="hub">Image of the local hub.</param>
    /// <param name="pins">What the images are known by.</param>
    /// <param name="boot">Its config.txt and cmdline.txt are read.</param>
    /// <exception cref="DeploymentException">Something is missing, or this is no boot partition.</exception>
    public static FlashPlan Of(DeviceOrder order, DeviceSecrets secrets, Manifest manifest, SiteAuthority site, ImageName hub,
        ImagePins pins, IBootPartition boot)
    {
        string config = Text(boot, ConfigTxt) ?? throw NoBoot(boot, ConfigTxt);
        string commandLine = Text(boot, CommandLine) ?? throw NoBoot(boot, CommandLine);
        ImmutableArray<DeviceFile> device = [.. Files(order, secrets, manifest, site, hub, pins)];
        IReadOnlySet<string> buses = BootSettings.Buses(manifest);
        bool scripted = order.System == DeviceSystem.Bookworm;
        var files = new List<BootFile>
        {
            File(ConfigTxt, BootSettings.ConfigTxt(config, buses)),
            File(CommandLine, BootSettings.CommandLine(commandLine, buses, scripted)),
            File("edgedepin/device.txt",
                $"device {order.Name}\nprofile {order.Profile}\nsystem {order.System.ToString().ToLowerInvariant()}\nprovisioning {DeviceOrder.WordOf(order.Provisioning)}\n"),
        };
        if (scripted)
        {
            files.Add(File("userconf.txt", FirstRunScript.UserConf(order, secrets), secret: true));
            files.Add(File("ssh", ""));
            files.Add(File("firstrun.sh", FirstRunScript.Text(order, secrets, device), secret: true));
        }
        else
        {
            string user = CloudInit.UserData(order, secrets, device), network = CloudInit.NetworkConfig(order, secrets);
            files.Add(File("user-data", user, secret: true));
            files.Add(File("network-config", network, secret: order.Wifi is not null));
            files.Add(File("meta-data", CloudInit.MetaData(order,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user + network)))[..12])));
        }

        files.Add(File(Sums, string.Concat(files.Select(file => $"{Digest(file.Content)}  {file.Path}\n"))));
        return new FlashPlan(order, [.. files], device, [.. WarningsOf(order, secrets, hub, pins)]);
    }

    /// <summary>The plan in words, without a secret.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{Order.Name}: {Order.Profile} on {Order.System.ToString().ToLowerInvariant()}, {DeviceOrder.WordOf(Order.Provisioning)}, to {Order.Boot}\n");
        foreach (BootFile file in BootFiles)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  boot   {file.Path} ({file.Content.Length} bytes{(file.IsSecret ? ", holds secrets" : "")})\n");
        }

        foreach (DeviceFile file in DeviceFiles)
        {
            text.Append(CultureInfo.InvariantCulture, $"  device {file.Path} (mode {file.Mode}{(file.IsSecret ? ", secret" : "")})\n");
        }

        foreach (string warning in Warnings)
        {
            text.Append(CultureInfo.InvariantCulture, $"  warning: {warning}\n");
        }

        return text.ToString();
    }

    internal static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static IEnumerable<DeviceFile> Files(DeviceOrder order, DeviceSecrets secrets, Manifest manifest, SiteAuthority site,
        ImageName hub, ImagePins pins)
    {
        const string folder = EdgeConfig.Folder;
        yield return new DeviceFile($"{folder}/site-ca.pem", site.Certificate);
        yield return new DeviceFile($"{folder}/manifest.json", Encoding.UTF8.GetString(manifest.ToUtf8()), "0600");
        var units = new List<string>();
        if (order.Provisioning == Provisioning.Offline)
        {
            yield return ModuleUnit.Hub(hub, order.Name, pins);
            yield return ModuleUnit.HubManifestFile(manifest);
            yield return ModuleUnit.JoinScript(order.Name);
            foreach (DeviceFile file in ModuleUnit.TrustRefresh())
            {
                yield return file;
            }

            units.Add(ModuleUnit.UnitName(ModuleUnit.HubModule));
            units.Add(ModuleUnit.TrustTimer);
            foreach (ModuleDeclaration module in ManifestModules.Of(manifest.Root).Where(module => !module.IsSystem))
            {
                units.Add(ModuleUnit.UnitName(module.Name));
                foreach (DeviceFile file in ModuleUnit.Files(module, pins))
                {
                    yield return file;
                }
            }
        }
        else
        {
            // For servers and clients on the device that are not modules. Without a cloud there are none, and a key that nothing uses and nothing
            // renews is one more to lose: there the hub is its own authority, which renews everything.
            (string certificate, string key) = site.ForDevice(order.Name);
            yield return new DeviceFile($"{folder}/device.pem", certificate);
            yield return new DeviceFile($"{folder}/device.key.pem", key, "0600", IsSecret: true);
            (string authority, string authorityKey) = site.ForModules(order.Name);
            yield return new DeviceFile($"{folder}/edge-ca.pem", authority);
            yield return new DeviceFile($"{folder}/edge-ca.key.pem", authorityKey, "0600", IsSecret: true);
            yield return new DeviceFile(EdgeConfig.Path, EdgeConfig.Text(order, secrets), "0600", IsSecret: true);
            if (order.Provisioning == Provisioning.DpsX509)
            {
                yield return new DeviceFile($"{folder}/identity.pem", order.IdentityCertificate
                    ?? throw new DeploymentException("dps-x509 needs the device's certificate: give --identity-cert FILE."));
                yield return new DeviceFile($"{folder}/identity.key.pem", secrets.IdentityKey(), "0600", IsSecret: true);
            }
        }

        foreach (DeviceFile file in FirstStart.Files(order, [.. units]))
        {
            yield return file;
        }
    }

    private static IEnumerable<string> WarningsOf(DeviceOrder order, DeviceSecrets secrets, ImageName hub, ImagePins pins)
    {
        if (order.System == DeviceSystem.Trixie && order.Provisioning != Provisioning.Offline)
        {
            yield return "IoT Edge has no packages for Debian 13 (Azure/iotedge issue 7471): those for 12 are installed, which Microsoft does not support. Use bookworm or ubuntu, or offline.";
        }

        if (order.Provisioning == Provisioning.Offline && hub.ImageDigest is null && pins.IdOf(hub) is null)
        {
            yield return $"the image of the hub, {hub}, is pinned by no digest: what the registry has under this tag may change. Give --pins FILE; for images on the card, the pins.json that card.sh has written beside them.";
        }

        if (order.SshKey is null && secrets.LoginPasswordHash() is null)
        {
            yield return "nobody will be able to log in: give --ssh-key FILE, or LOGIN_PASSWORD_HASH among the secrets.";
        }
    }

    private static BootFile File(string path, string text, bool secret = false) => new(path, Encoding.UTF8.GetBytes(text), secret);

    private static string? Text(IBootPartition boot, string file) => boot.Read(file) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static DeploymentException NoBoot(IBootPartition boot, string file) =>
        new($"{boot.Name} has no {file}: it is no boot partition of a Raspberry Pi. Write the system's image to the card first.");
}
