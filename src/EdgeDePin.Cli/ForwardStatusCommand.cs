using System.CommandLine;
using System.Text.Json;
using EdgeDePin.Node;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin forward status</c>: how far each destination of a stopped node's store is, and who answers there.</summary>
internal static class ForwardStatusCommand
{
    public static Command Create()
    {
        var target = new ForwardTarget();
        var json = new Option<bool>("--json") { Description = "Print one JSON array and nothing else." };
        var command = new ExplainedCommand("status",
            "Says what each server still lacks of a stopped node's store, and which server it is.",
            """
            Examples:
              edgedepin forward status --data demo-data/node-1 --influx http://127.0.0.1:8086
              edgedepin forward status --data data/node-1 --config node.json --json

            A running node tells the same in its measurement forward:
              edgedepin query "SELECT last(lag), state FROM forward GROUP BY destination"

            Exit codes: 0 nothing waits, 1 something waits, 2 wrong use, 3 the folder cannot be opened.
            """)
        { json };
        target.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            InfluxOptions influx = target.Influx(parsed);
            using Store store = target.Open(parsed);
            using var replicas = new Replication(influx, store, TimeProvider.System, new Random(0), NullLogger.Instance);
            await replicas.ProbeAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(replicas.Status.Select(replica => new
                {
                    destination = replica.Destination.Title,
                    server = replica.Status.Server?.ToString(),
                    cursor = replica.Status.CursorSequence,
                    head = replica.Status.HeadSequence,
                    live = replica.Status.LiveSequence,
                    lag = replica.Status.LagPoints,
                    backlog = replica.Status.BacklogPoints,
                    error = replica.Status.LastError,
                })));
            }
            else
            {
                foreach ((InfluxDestination destination, ForwarderStatus status) in replicas.Status)
                {
                    Console.WriteLine(
                        $"{destination.Title}: {status.Server?.ToString() ?? status.LastError}; {status.LagPoints} of {status.HeadSequence} points to send "
                        + $"({status.LiveLagPoints} new, {status.BacklogPoints} from before)");
                }
            }

            return replicas.LagPoints == 0 ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }
}
