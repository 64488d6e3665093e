using System.CommandLine;
using EdgeDePin.Node;
using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin forward verify</c>: proves by count and hash that a server has what the store has.</summary>
internal static class ForwardVerifyCommand
{
    private static readonly TimeSpan PatienceWithServer = TimeSpan.FromMinutes(2);

    public static Command Create()
    {
        var target = new ForwardTarget();
        var span = new Option<string>("--span") { Description = "Length of the spans that are compared.", HelpName = "TIME", DefaultValueFactory = _ => "1h" };
        var all = new Option<bool>("--all") { Description = "Print the spans that agree, too." };
        var command = new ExplainedCommand("verify",
            "Compares a stopped node's store with its server, by count and hash of every span's values.",
            """
            Examples:
              edgedepin forward verify --data demo-data/node-1 --influx http://127.0.0.1:8086
              edgedepin forward verify --data demo-data/node-1 --influx http://127.0.0.1:8086 --span 1d --all

            Series of other nodes on the same server do not count. The server has to answer InfluxQL: InfluxDB 1, 2 (with a
            database mapping) and 3 do.

            Exit codes: 0 both have the same, 1 they differ, 2 wrong use, 3 the folder or the server does not open.
            """)
        { span, all };
        target.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            VerifyAsync(target, parsed, OptionText.Read("--span", parsed.GetValue(span), Duration.Parse)!.Value, parsed.GetValue(all), cancellationToken));
        return command;
    }

    private static async Task<int> VerifyAsync(
        ForwardTarget target, ParseResult parsed, TimeSpan span, bool printAll, CancellationToken cancellationToken)
    {
        InfluxOptions influx = target.Influx(parsed);
        using Store store = target.Open(parsed);
        using var http = new HttpClient { Timeout = PatienceWithServer };
        bool agree = true;
        try
        {
            foreach (InfluxDestination destination in influx.All())
            {
                agree &= await VerifyAsync(destination, store, http, span, printAll, cancellationToken);
            }
        }
        catch (Exception error) when (error is HttpRequestException or StoreException)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }

        return agree ? ExitCode.Done : ExitCode.No;
    }

    private static async Task<bool> VerifyAsync(
        InfluxDestination destination, Store store, HttpClient http, TimeSpan span, bool printAll, CancellationToken cancellationToken)
    {
        if (destination.DownsampleSeconds > 0)
        {
            Console.WriteLine($"{destination.Title}: gets one point per {destination.DownsampleSeconds} s, which is not compared");
            return true;
        }

        int spans = 0, different = 0;
        long values = 0;
        await foreach (SpanProof proof in new DeliveryProof(store, destination.ToForwarder(), http, TimeProvider.System)
            .VerifyAsync(span, cancellationToken))
        {
            spans++;
            values += proof.Here.Count;
            different += proof.Agrees ? 0 : 1;
            if (printAll || !proof.Agrees)
            {
                Console.WriteLine(
                    $"{(proof.Agrees ? "same  " : "DIFFER")} {proof.From:yyyy-MM-ddTHH:mm:ssZ} {proof.Measurement,-12} "
                    + $"here {proof.Here.Count} ({proof.Here.Hash:x16}), there {proof.There.Count} ({proof.There.Hash:x16})");
            }
        }

        Console.WriteLine($"{destination.Title}: {values} field values in {spans} spans, {different} spans differ"
            + (store.QuarantineCount > 0 ? $"; {store.QuarantineCount} points are in quarantine" : ""));
        return different == 0;
    }
}
