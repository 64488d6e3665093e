using System.CommandLine;
using EdgeDePin.Node;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin forward run</c>: brings a stopped node's store to InfluxDB.</summary>
internal static class ForwardCommand
{
    public static Command Create() => new("forward", "What a store still has to send.") { Run() };

    private static Command Run()
    {
        var data = new Option<string>("--data") { Description = "The data folder of a stopped node.", HelpName = "DIR", Required = true };
        var influx = new Option<string>("--influx") { Description = "InfluxDB, such as http://127.0.0.1:8086.", HelpName = "URL", Required = true };
        var database = new Option<string>("--influx-db") { Description = "Database there.", DefaultValueFactory = _ => "edgedepin" };
        var fromStart = new Option<bool>("--from-start") { Description = "Send everything again, not only what was not acknowledged. It changes nothing that is there already." };
        var patience = new Option<string>("--patience") { Description = "Give up after this long without an end.", HelpName = "TIME", DefaultValueFactory = _ => "10m" };
        var command = new ExplainedCommand("run",
            "Sends what a stopped node's store holds to InfluxDB, then ends.",
            """
            Examples:
              edgedepin forward run --data demo-data/node-1 --influx http://127.0.0.1:8086
              edgedepin forward run --data demo-data/node-1 --influx http://127.0.0.1:8086 --from-start

            Exit codes: 0 all sent, 1 not all sent within --patience, 2 wrong use, 3 the folder cannot be opened.
            """)
        { data, influx, database, fromStart, patience };
        command.SetAction((parsed, cancellationToken) => SendAsync(
            parsed.GetValue(data)!,
            new InfluxOptions { Url = OptionText.Address("--influx", parsed.GetValue(influx)!, "http://127.0.0.1:8086"), Database = parsed.GetValue(database)! },
            parsed.GetValue(fromStart), OptionText.Read("--patience", parsed.GetValue(patience), Duration.Parse)!.Value, cancellationToken));
        return command;
    }

    private static async Task<int> SendAsync(
        string folder, InfluxOptions influx, bool fromStart, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandFailure(ExitCode.Environment, $"There is no data folder {folder}: check the path after --data.");
        }

        try
        {
            using Store store = Store.Open(new StoreOptions { Folder = folder }, TimeProvider.System, NullLogger.Instance);
            if (fromStart)
            {
                store.SetCursor(Replication.CursorOf(influx), 0);
            }

            using Forwarder forwarder = Replication.To(influx, store, TimeProvider.System, new Random(0), NullLogger.Instance)!;
            bool all = await forwarder.DrainAsync(patience, cancellationToken);
            Console.WriteLine($"{forwarder.Status.Forwarded} points acknowledged, {forwarder.Status.LagPoints} still to send.");
            return all ? ExitCode.Done : ExitCode.No;
        }
        catch (StoreException error)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
    }
}
