using System.CommandLine;
using EdgeDePin.Storage;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary><c>edgedepin store export</c>: everything, in a format of others.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "The data folder of a stopped node.", HelpName = "DIR", Required = true };
        var format = new Option<ExportFormat>("--format") { Description = "parquet, csv (a file per measurement) or lp (line protocol, one file).", DefaultValueFactory = _ => ExportFormat.Parquet };
        var to = new Option<string>("--out") { Description = "The folder to write to; made when missing.", HelpName = "DIR", Required = true };
        var command = new Command("export",
            """
            Writes everything that a stopped node's store holds, in a format of others.

            Examples:
              edgedepin store export --data demo-data/node-1 --format parquet --out export
              edgedepin store export --data demo-data/node-1 --format lp --out export
              influx -import -path export/points.lp -precision ns     # after a header that names the database

            Exit codes: 0 done, 2 wrong use, 3 a folder cannot be opened or written.
            """)
        { data, format, to };
        command.SetAction(parsed =>
        {
            IReadOnlyList<string> files = StoppedStore.With(
                parsed.GetValue(data)!, store => store.Export(parsed.GetValue(format), parsed.GetValue(to)!));
            foreach (string file in files)
            {
                Console.WriteLine(file);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
