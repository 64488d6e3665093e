using System.CommandLine;
using EdgeDePin.Cli.ManifestCommands;
using EdgeDePin.Deployment.Flashing;

namespace EdgeDePin.Cli.FlashCommands;

/// <summary><c>edgedepin flash fleet</c>: many devices from one table.</summary>
internal static class FleetCommand
{
    public static Command Create()
    {
        var table = new Argument<string>("FILE") { Description = "CSV with a header; see below." };
        var source = new ManifestSource();
        var settings = new FlashOptions();
        var command = new ExplainedCommand("fleet",
            "Flashes every device of a table; writes nothing at all unless every line is right.",
            """
            Columns: device,profile,os,provisioning,boot and, as wanted, secrets,id_scope,registration_id,wifi,identity_cert.
            A column in capitals is a variable of the manifest:
              device,profile,os,provisioning,boot,SITE
              pi-01,weather,bookworm,offline,/media/me/bootfs,roof
              pi-02,"weather,air",ubuntu,dps-symmetric,pi-02.img,street

            Examples:
              edgedepin flash fleet fleet.csv --secrets site.secrets --id-scope 0ne00000A1B
              edgedepin flash fleet fleet.csv --dry-run

            Exit codes: 0 all flashed and verified, 1 a manifest has errors, 2 a wrong line or file.
            """)
        { table };
        source.AddTo(command, ofOneDevice: false);
        settings.AddTo(command);
        command.SetAction(parsed => ManifestSource.Explained(() =>
        {
            DeviceSecrets shared = settings.Secrets(parsed);
            var rows = FleetTable.Read(parsed.GetValue(table)!, order => settings.Complete(parsed, source, order));
            return new FlashRun(parsed, source, settings).Go(
                [.. rows.Select(row => (row.Order, row.Secrets is { } own ? DeviceSecrets.ReadFile(own) : shared))]);
        }));
        return command;
    }
}
