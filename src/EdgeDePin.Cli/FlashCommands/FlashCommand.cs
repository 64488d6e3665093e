using System.CommandLine;
using EdgeDePin.Deployment;
using EdgeDePin.Deployment.Flashing;
using EdgeDePin.Cli.ManifestCommands;

namespace EdgeDePin.Cli.FlashCommands;

/// <summary><c>edgedepin flash</c>: a card that becomes a device of ours when it starts.</summary>
internal static class FlashCommand
{
    public static Command Create()
    {
        var source = new ManifestSource();
        var settings = new FlashOptions();
        var system = new Option<string>("--os") { Description = "System on the card: bookworm, trixie or ubuntu.", HelpName = "NAME", DefaultValueFactory = _ => "bookworm" };
        var provisioning = new Option<string?>("--provisioning") { Description = "dps-symmetric, dps-tpm, dps-x509, manual or offline.", HelpName = "WAY" };
        var boot = new Option<string?>("--boot") { Description = "The mounted boot partition, an image file, or a card such as /dev/sda.", HelpName = "PATH" };
        var command = new ExplainedCommand("flash",
            "Makes a freshly written card of Raspberry Pi OS or Ubuntu a device of ours, and reads back what it wrote.",
            """
            Write the system's image to the card first, with any tool. This command then writes cloud-init's files (trixie, ubuntu) or a first-run
            script (bookworm), the buses of the profile, the device's certificates, and IoT Edge's configuration or the local hub.

            Examples:
              edgedepin flash --device pi-01 --profile weather --os bookworm --provisioning offline --boot /media/me/bootfs --ssh-key ~/.ssh/id_ed25519.pub
              edgedepin flash --device pi-02 --profile weather,air --os ubuntu --provisioning dps-symmetric --id-scope 0ne00000A1B \
                  --secrets pi.secrets --wifi home --boot ubuntu.img --dry-run
              edgedepin flash fleet fleet.csv --secrets site.secrets
              edgedepin flash verify ubuntu.img

            Secrets come from a file of mode 600, or from standard input with '--secrets -': lines WIFI_PASSWORD=…, LOGIN_PASSWORD_HASH=…,
            DPS_SYMMETRIC_KEY=… or DPS_GROUP_KEY=…, CONNECTION_STRING=…, IDENTITY_KEY_FILE=….

            Exit codes: 0 flashed and verified, 1 the manifest has errors or the card differs, 2 wrong use or a wrong file.
            """)
        { system, provisioning, boot };
        source.AddTo(command);
        settings.AddTo(command);
        command.Add(FleetCommand.Create());
        command.Add(VerifyCommand.Create());
        command.SetAction(parsed => ManifestSource.Explained(() =>
        {
            string Needed(string option, string? value) => value ?? throw new DeploymentException($"{option} is missing. See 'edgedepin flash --help'.");
            DeviceOrder order = settings.Complete(parsed, source, new DeviceOrder(
                new DeviceName(Needed("--device", source.DeviceOf(parsed))), source.ProfileOf(parsed) ?? "", DeviceOrder.SystemOf(parsed.GetValue(system)!),
                DeviceOrder.ProvisioningOf(Needed("--provisioning", parsed.GetValue(provisioning))), Needed("--boot", parsed.GetValue(boot)), []));
            return new FlashRun(parsed, source, settings).Go([(order, settings.Secrets(parsed))]);
        }));
        return command;
    }
}
