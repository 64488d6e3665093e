using System.CommandLine;
using EdgeDePin.Sandbox.Guests;
using EdgeDePin.Sharing.Mqtt;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary><c>edgedepin task submit</c>: a module on one or many inputs, at neighbours.</summary>
internal static class SubmitTaskCommand
{
    private const long DefaultFuel = 10_000_000_000;
    private static readonly string[] Classes = ["public", "site", "owner"];

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A WebAssembly module of the agreement in docs/tasks.md." };
        var inputs = new Option<string[]>("--input") { Description = "Files that it gets as input, one task each; together they are one job. Default: one empty input.", HelpName = "F", AllowMultipleArgumentsPerToken = true };
        var broker = new Option<string[]>("--broker") { Description = "Where the neighbours meet; several are tried in turn.", HelpName = "HOST:PORT", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["127.0.0.1:1883"] };
        var authority = new Option<string?>("--broker-ca") { Description = "Speak TLS, with a broker whose certificate this authority signed (PEM).", HelpName = "FILE" };
        var certificate = new Option<string?>("--broker-certificate") { Description = "The certificate that is shown to the broker (PEM); speaks TLS, too.", HelpName = "FILE" };
        var key = new Option<string?>("--broker-key") { Description = "Its private key (PEM), of mode 600.", HelpName = "FILE" };
        var site = new Option<string>("--site") { Description = "Whose neighbours.", HelpName = "NAME", DefaultValueFactory = _ => "home" };
        var data = new Option<string>("--data") { Description = "The folder of this requester: its key, its certificate and its receipt log.", HelpName = "DIR", DefaultValueFactory = _ => "requester" };
        var epsilon = new Option<double>("--epsilon") { Description = "Wrong results that you accept for each right one, at most.", HelpName = "E", DefaultValueFactory = _ => 1e-3 };
        var dataClass = new Option<string>("--class") { Description = "Who may see the data: public, site (members with a certificate), owner (nodes of yours).", HelpName = "CLASS", DefaultValueFactory = _ => "public" };
        var purpose = new Option<string>("--purpose") { Description = "What it is for, such as research. Default: anything.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var region = new Option<string>("--region") { Description = "Where it must stay, such as eu or eu/fr. Default: anywhere.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var retention = new Option<string>("--retention") { Description = "How long a worker may keep the data.", HelpName = "TIME", DefaultValueFactory = _ => "1d" };
        var price = new Option<long>("--max-price") { Description = "Millicredits that you pay for a million fuel, at most.", HelpName = "P", DefaultValueFactory = _ => 20 };
        var fuel = new Option<long>("--fuel") { Description = "What each task may use; about one for each instruction.", HelpName = "N", DefaultValueFactory = _ => DefaultFuel };
        var timeout = new Option<string>("--timeout") { Description = "What each task may take at a neighbour, whatever its fuel.", HelpName = "TIME", DefaultValueFactory = _ => "10m" };
        var patience = new Option<string>("--patience") { Description = "Give up when for so long no neighbour had any of it.", HelpName = "TIME", DefaultValueFactory = _ => "30s" };
        var folder = new Option<string?>("--out") { Description = "Write each output into this folder, as NAME-OF-INPUT.out.", HelpName = "DIR" };
        var records = new Option<string?>("--records") { Description = "Keep the execution records in this folder.", HelpName = "DIR" };
        var guest = new Option<string?>("--guest") { Description = "The program that runs guests, for checks here. Default: edgedepin-guest beside this one.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print one line of JSON." };
        var command = new ExplainedCommand("submit",
            "Runs a WebAssembly module on each input at neighbours: whoever fits and has room, checked, and paid by the fuel it burnt.",
            """
            Examples:
              edgedepin task submit examples/tasks/power-quality.wasm --input monday.f64 tuesday.f64 --broker street-7.local:1883 --site street-7
              edgedepin task submit monte-carlo.wasm --broker a.lan:8883 b.lan:8883 --broker-ca site-ca.pem --broker-certificate me.pem --broker-key me.key
              edgedepin task submit map-tile.wasm --input a.f64 b.f64 --epsilon 1e-4 --class site --region eu --retention 1h --max-price 12 --json

            A module and an input travel together, 128 KiB at most. The results have the digests and the fuel that 'task run' gives here. What was taken on
            trust says so with its bound, is paid when later checks have passed (keep --data for the next job), and a result that is taken back while the
            command runs is replaced by the corrected one.
            Exit codes: 0 every task has a result, 1 some have none, 2 wrong use or no module, 3 no broker, or the folder or the guest's process cannot be
            used, 130 interrupted.
            """)
        { file, inputs, broker, authority, certificate, key, site, data, epsilon, dataClass, purpose, region, retention, price, fuel, timeout, patience, folder, records, guest, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(dataClass)!;
            var options = new SubmitOptions
            {
                File = parsed.GetValue(file)!,
                Inputs = parsed.GetValue(inputs) ?? [],
                Broker = Broker(parsed.GetValue(broker)!, parsed.GetValue(authority), parsed.GetValue(certificate), parsed.GetValue(key)),
                Site = parsed.GetValue(site)!,
                Data = parsed.GetValue(data)!,
                Epsilon = parsed.GetValue(epsilon),
                Policy = new TaskPolicy(
                    Array.IndexOf(Classes, wanted) is >= 0 and var index ? (DataClass)(index + 1) : throw new CommandFailure(ExitCode.WrongUse, $"--class '{wanted}': one of {string.Join(", ", Classes)}; local-only data stays here, with 'task run'."),
                    parsed.GetValue(purpose)!, parsed.GetValue(region)!, Time("--retention", parsed.GetValue(retention)!)),
                MaxPrice = parsed.GetValue(price),
                Fuel = parsed.GetValue(fuel),
                Timeout = Time("--timeout", parsed.GetValue(timeout)!),
                Patience = Time("--patience", parsed.GetValue(patience)!),
                Out = parsed.GetValue(folder),
                Records = parsed.GetValue(records),
                Guest = parsed.GetValue(guest),
                Json = parsed.GetValue(json),
            };
            Check(options);
            return new SubmitRun(options).RunAsync(cancellationToken);
        });
        return command;
    }

    private static void Check(SubmitOptions options)
    {
        Require(options.Epsilon is >= 1e-6 and <= 1, $"--epsilon {options.Epsilon}: 0.000001 to 1.");
        Require(options.MaxPrice is >= 0 and <= 1_000_000_000, $"--max-price {options.MaxPrice}: 0 to 1000000000.");
        Require(options.Fuel is >= 1 and <= GuestCall.MaxFuel, $"--fuel {options.Fuel}: 1 to {GuestCall.MaxFuel}.");
        Require(options.Timeout.TotalSeconds is >= 1 and <= 86_400, $"--timeout {options.Timeout}: 1 s to 24 h.");
        Require(options.Out is null || options.Inputs.Select(Path.GetFileName).Distinct(StringComparer.Ordinal).Count() == options.Inputs.Count,
            "--out with inputs of the same name in several folders: their outputs would overwrite each other.");
        try
        {
            options.Policy.Check();
        }
        catch (ArgumentException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
        }
    }

    private static TimeSpan Time(string option, string text) => OptionText.Read(option, text, Duration.Parse)!.Value;

    private static MqttLinkOptions Broker(string[] brokers, string? authority, string? certificate, string? key)
    {
        try
        {
            BrokerAddress[] addresses = [.. brokers.Select(BrokerAddress.Parse)];
            var link = new MqttLinkOptions
            {
                Host = addresses[0].Host,
                Port = addresses[0].Port,
                Others = addresses[1..],
                Tls = (authority ?? certificate ?? key) is not null,
                CaFile = authority,
                CertificateFile = certificate,
                KeyFile = key,
            };
            link.Check();
            BrokerCertificates.Load(link).Dispose();
            return link;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or InvalidDataException)
        {
            throw new CommandFailure(ExitCode.WrongUse, $"--broker: {error.Message}", error);
        }
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new CommandFailure(ExitCode.WrongUse, otherwise);
        }
    }
}
