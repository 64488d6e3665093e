using System.Collections.Immutable;
using System.CommandLine;
using EdgeDePin.Cli.ManifestCommands;
using EdgeDePin.Deployment;
using EdgeDePin.Deployment.Boot;
using EdgeDePin.Deployment.Flashing;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Cli.FlashCommands;

/// <summary>Plans every device, and writes only when all plans are good.</summary>
internal sealed class FlashRun(ParseResult parsed, ManifestSource source, FlashOptions settings)
{
    // The hub is a program of the command line, so it has no module.json of its own.
    private const string HubImage = "edgedepin-hub";

    public int Go(IReadOnlyList<(DeviceOrder Order, DeviceSecrets Secrets)> devices)
    {
        bool dryRun = settings.IsDryRun(parsed);
        // A dry run leaves nothing behind, so the authority that signs in it is thrown away.
        string? temporary = dryRun && !Directory.Exists(settings.AuthorityFolder(parsed))
            ? Directory.CreateTempSubdirectory("edgedepin-site-").FullName : null;
        try
        {
            var plans = new List<FlashPlan>();
            foreach ((DeviceOrder order, DeviceSecrets secrets) in devices)
            {
                if (order.Provisioning != Provisioning.Offline && source.Pins.Read(parsed).AreOfCard)
                {
                    throw new DeploymentException($"--pins names the images of a card, which IoT Edge cannot load: give the pins.json of build.sh for {order.Name}, or --provisioning offline.");
                }

                Manifest manifest = source.Render(parsed, order.Profile.Length > 0 ? order.Profile : null, order.Values);
                ImmutableArray<Finding> findings = ManifestCheck.Of(manifest, source.Pins.Platform(parsed), source.Pins.Read(parsed));
                if (FindingText.ExitCodeOf(findings, strict: false) != ExitCode.Done)
                {
                    FindingText.Print(Console.Error, findings.Where(finding => finding.Severity >= Severity.Warning));
                    Console.Error.WriteLine($"nothing written: the manifest of {order.Name} has errors");
                    return ExitCode.No;
                }

                using SiteAuthority site = SiteAuthority.OpenOrCreate(
                    temporary ?? settings.AuthorityFolder(parsed), order.Values.GetValueOrDefault("SITE", "home"), TimeProvider.System);
                using IBootPartition boot = Flasher.Open(order.Boot, writable: false);
                FlashPlan plan = FlashPlan.Of(order, secrets, manifest, site, Hub(order), source.Pins.Read(parsed), boot);
                plans.Add(plan with { Warnings = [.. plan.Warnings, .. Warnings(findings, order)] });
            }

            foreach (FlashPlan plan in plans)
            {
                Console.Write(plan.Describe());
                if (!dryRun)
                {
                    Flasher.Flash(plan, TimeProvider.System);
                    Console.WriteLine($"{plan.Order.Name}: {plan.BootFiles.Length} files written and read back");
                }
            }

            return ExitCode.Done;
        }
        finally
        {
            if (temporary is not null)
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    // A device without a cloud runs the modules of its manifest, and neither edgeAgent nor edgeHub.
    private static IEnumerable<string> Warnings(ImmutableArray<Finding> findings, DeviceOrder order) => findings
        .Where(finding => finding.Severity == Severity.Warning && (order.Provisioning != Provisioning.Offline
            || !finding.Path.Contains(".systemModules.", StringComparison.Ordinal)))
        .Select(finding => $"{finding.Origin} {finding.Rule}: {finding.Path}: {finding.Problem} {finding.Remedy}");

    private ImageName Hub(DeviceOrder order)
    {
        string name = $"{order.Values.GetValueOrDefault("REGISTRY", "localhost")}/{HubImage}:{ModuleDescription.All[0].Version}";
        return source.Pins.Read(parsed)
            .Pinned(ImageName.Parse(name) ?? throw new DeploymentException($"REGISTRY '{order.Values["REGISTRY"]}' makes no image name: write host/path in lower case."));
    }
}
