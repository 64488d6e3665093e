using System.CommandLine;
using EdgeDePin.Node;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin forward</c>: brings a stopped node's store to its servers, says how far they are, and proves it.</summary>
internal static class ForwardCommand
{
    public static Command Create() =>
        new("forward", "What a store still has to send.") { Run(), ForwardStatusCommand.Create(), ForwardVerifyCommand.Create() };

    private static Command Run()
    {
        var target = new ForwardTarget();
        var fromStart = new Option<bool>("--from-start") { Description = "Send everything again, not only what was not acknowledged. It changes nothing that is there already." };
        var patience = new Option<string>("--patience") { Description = "Give up after this long without an end.", HelpName = "TIME", DefaultValueFactory = _ => "10m" };
        var command = new ExplainedCommand("run",
            "Sends what a stopped node's store holds to InfluxDB or VictoriaMetrics, then ends.",
            """
            Examples:
              edgedepin forward run --data demo-data/node-1 --influx http://127.0.0.1:8086
              edgedepin forward run --data demo-data/node-1 --influx http://127.0.0.1:8086 --from-start
              edgedepin forward run --data data/node-1 --config node.json

            Exit codes: 0 all sent, 1 not all sent within --patience, 2 wrong use, 3 the folder cannot be opened.
            """)
        { fromStart, patience };
        target.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            SendAsync(target, parsed, parsed.GetValue(fromStart), OptionText.Read("--patience", parsed.GetValue(patience), Duration.Parse)!.Value, cancellationToken));
        return command;
    }

    private static async Task<int> SendAsync(
        ForwardTarget target, ParseResult parsed, bool fromStart, TimeSpan patience, CancellationToken cancellationToken)
    {
        InfluxOptions influx = target.Influx(parsed);
        using Store store = target.Open(parsed);
        try
        {
            if (fromStart)
            {
                foreach (InfluxDestination destination in influx.All())
                {
                    Forwarder.StartOver(store, destination.CursorName);
                }
            }

            using var replicas = new Replication(influx, store, TimeProvider.System, new Random(Environment.ProcessId), NullLogger.Instance);
            bool all = await replicas.DrainAsync(patience, cancellationToken);
            Console.WriteLine($"{replicas.Forwarded} points acknowledged, {replicas.LagPoints} still to send.");
            foreach ((InfluxDestination destination, ForwarderStatus status) in replicas.Status.Where(replica => replica.Status.LagPoints > 0))
            {
                Console.WriteLine($"{destination.Title}: {status.LastError}");
            }

            return all ? ExitCode.Done : ExitCode.No;
        }
        catch (StoreException error)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
    }
}
