using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EdgeDePin.Simulation.Neighbourhood;

namespace EdgeDePin.Cli;

/// <summary><c>edgedepin simulate neighbourhood</c>: the sharing protocol among many nodes, in virtual time, with everything going wrong.</summary>
internal static class SimulateNeighbourhood
{
    public static Command Create()
    {
        var nodes = new Option<int>("--nodes") { Description = "2 to 100,000.", DefaultValueFactory = _ => 100 };
        var site = new Option<int>("--site") { Description = "Nodes that see each other, at most; 2 to 256.", DefaultValueFactory = _ => 16 };
        var seeds = new Option<int>("--seeds") { Description = "How many runs.", DefaultValueFactory = _ => 20 };
        var first = new Option<int>("--seed") { Description = "The first seed; one seed repeats one run.", DefaultValueFactory = _ => 1 };
        var hours = new Option<double>("--hours") { Description = "Virtual hours of each run.", DefaultValueFactory = _ => 1 };
        var tasks = new Option<double>("--tasks") { Description = "Tasks of each node and hour.", DefaultValueFactory = _ => 60 };
        var epsilon = new Option<double>("--epsilon") { Description = "P(wrong) that jobs ask for.", DefaultValueFactory = _ => 1e-3 };
        var faults = new Option<string>("--faults")
        {
            Description = "loss, dup (of messages), partition, crash (of nodes, each hour), skew, liars (share), adversary (adaptive, always, sometimes).",
            HelpName = "LIST",
            DefaultValueFactory = _ => "loss=0.05,dup=0.02,partition=0.01,crash=0.02,skew=1h,liars=0.05,adversary=adaptive",
        };
        var bytes = new Option<bool>("--real-bytes") { Description = "Encode, sign and seal every message, as between real nodes." };
        var json = new Option<bool>("--json") { Description = "As one JSON object." };
        var command = new ExplainedCommand("neighbourhood",
            "Runs the sharing protocol of a node among many, in virtual time, and watches that it keeps its promises at every step.",
            """
            Examples:
              edgedepin simulate neighbourhood --nodes 1000 --seeds 200 --hours 24 --json
              edgedepin simulate neighbourhood --nodes 12 --seed 77 --seeds 1 --hours 0.2 --faults loss=0.2,crash=6,liars=0.3

            Watched: no task lost, none accepted without its rule or after its lease, none paid twice, debits durable before they
            are spoken of, balances that come to 0, no sequence number or entry twice, nothing local-only in a message, no lease
            for a banned node, every lease ends, every execution told or counted as lost.
            Exit codes: 0 all kept, 1 a promise was broken (its seed is printed), 2 an option is wrong, 130 interrupted.
            """)
        { nodes, site, seeds, first, hours, tasks, epsilon, faults, bytes, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            NeighbourhoodOptions options = Check(new NeighbourhoodOptions
            {
                Nodes = parsed.GetValue(nodes),
                SiteSize = parsed.GetValue(site),
                Lasts = TimeSpan.FromHours(parsed.GetValue(hours)),
                TasksPerHour = parsed.GetValue(tasks),
                Epsilon = parsed.GetValue(epsilon),
                Faults = Faults(parsed.GetValue(faults)!),
                RealBytes = parsed.GetValue(bytes),
            });
            return Task.FromResult(Run(options, parsed.GetValue(first), parsed.GetValue(seeds), parsed.GetValue(json), cancellationToken));
        });
        return command;
    }

    private static int Run(NeighbourhoodOptions options, int first, int seeds, bool json, CancellationToken cancellationToken)
    {
        var reports = new ConcurrentBag<NeighbourhoodReport>();
        var time = System.Diagnostics.Stopwatch.StartNew();
        bool interrupted = false;
        try
        {
            // Each run is one thread; several runs at once share nothing.
            Parallel.For(first, first + seeds, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
            {
                NeighbourhoodReport report = NeighbourhoodRun.Run(options, seed);
                reports.Add(report);
                if (report.Violations.Count > 0)
                {
                    Console.Error.WriteLine($"edgedepin: seed {seed}: {report.Violations[0]}");
                }
            });
        }
        catch (OperationCanceledException)
        {
            interrupted = true;
        }

        NeighbourhoodReport[] all = [.. reports.OrderBy(report => report.Seed)];
        if (all.Length > 0)
        {
            JsonObject summary = Summary(options, all, time.Elapsed);
            Console.WriteLine(json ? summary.ToJsonString() : string.Join('\n', summary.Select(pair => $"{pair.Key,-22} {pair.Value}")));
        }

        return interrupted ? ExitCode.Interrupted : all.Any(report => report.Violations.Count > 0) ? ExitCode.No : ExitCode.Done;
    }

    private static JsonObject Summary(NeighbourhoodOptions options, NeighbourhoodReport[] all, TimeSpan took)
    {
        long answered = all.Sum(report => (long)report.Answered), final = all.Sum(report => (long)report.Final);
        int held = all.Count(report => report.WrongShare <= report.Bound);
        TimeSpan[] medians = [.. all.Select(report => report.RecoveryMedian).OfType<TimeSpan>().Order()];
        TimeSpan[] worst = [.. all.Select(report => report.RecoveryWorst).OfType<TimeSpan>().Order()];
        return new JsonObject
        {
            ["seeds"] = all.Length,
            ["nodes"] = options.Nodes,
            ["virtualHours"] = options.Lasts.TotalHours,
            ["seconds"] = Math.Round(took.TotalSeconds, 1),
            ["violations"] = all.Sum(report => report.Violations.Count),
            ["brokenSeeds"] = new JsonArray([.. all.Where(report => report.Violations.Count > 0).Take(10).Select(report => JsonValue.Create(report.Seed))]),
            ["jobs"] = all.Sum(report => (long)report.Tasks),
            ["answered"] = answered,
            ["executionsPerJob"] = Math.Round((double)all.Sum(report => report.Executions) / Math.Max(1, answered), 4),
            ["final"] = final,
            ["wrongAccepted"] = all.Sum(report => (long)report.WrongFinal),
            ["wrongAcceptedShare"] = (double)all.Sum(report => (long)report.WrongFinal) / Math.Max(1, final),
            ["wrongProvisional"] = all.Sum(report => (long)report.WrongProvisional),
            ["lies"] = all.Sum(report => report.Lies),
            ["takenBack"] = all.Sum(report => report.TakenBack),
            ["bound"] = all.Max(report => report.Bound),
            ["boundHeldInSeeds"] = Math.Round((double)held / all.Length, 4),
            ["crashes"] = all.Sum(report => report.Crashes),
            ["recoveryMedianMs"] = medians.Length == 0 ? null : Math.Round(medians[medians.Length / 2].TotalMilliseconds),
            ["recoveryP99Ms"] = worst.Length == 0 ? null : Math.Round(worst[^1].TotalMilliseconds),
            ["messagesPerNodeAndHour"] = Math.Round(all.Sum(report => report.Messages) / (double)all.Length / options.Nodes / options.Lasts.TotalHours, 1),
            ["balanceSum"] = all.Sum(report => report.BalanceSum),
        };
    }

    private static NeighbourhoodOptions Check(NeighbourhoodOptions options) =>
        options.Nodes is < 2 or > 100_000 ? throw Wrong($"--nodes {options.Nodes}: 2 to 100,000.")
        : options.SiteSize is < 2 or > 256 ? throw Wrong($"--site {options.SiteSize}: 2 to 256.")
        : options.Lasts <= TimeSpan.Zero || options.Lasts > TimeSpan.FromDays(366) ? throw Wrong($"--hours {options.Lasts.TotalHours}: above 0, up to a year.")
        : options.TasksPerHour is < 0 or > 100_000 ? throw Wrong($"--tasks {options.TasksPerHour}: 0 to 100,000.")
        : options.Epsilon is <= 0 or > 1 ? throw Wrong($"--epsilon {options.Epsilon}: above 0, up to 1.")
        : options;

    private static NeighbourhoodFaults Faults(string list)
    {
        var faults = new NeighbourhoodFaults();
        foreach (string part in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            faults = part.Split('=', 2) switch
            {
                ["loss", var value] => faults with { Loss = Rate(part, value, 0.9) },
                ["dup", var value] => faults with { Duplication = Rate(part, value, 1) },
                ["partition", var value] => faults with { Partition = Rate(part, value, 3600) },
                ["crash", var value] => faults with { Crash = Rate(part, value, 3600) },
                ["skew", var value] => faults with { Skew = Time(part, value) },
                ["liars", var value] => faults with { Liars = Rate(part, value, 0.9) },
                ["adversary", var value] when Enum.TryParse(value, ignoreCase: true, out Adversary adversary) && Enum.IsDefined(adversary) =>
                    faults with { Adversary = adversary },
                _ => throw Wrong($"--faults: '{part}' is none; loss, dup, partition, crash, skew, liars or adversary (adaptive, always, sometimes)."),
            };
        }

        return faults;
    }

    private static double Rate(string part, string value, double most) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double rate) && rate >= 0 && rate <= most
            ? rate
            : throw Wrong($"--faults: '{part}' needs a number from 0 to {most.ToString(CultureInfo.InvariantCulture)}.");

    private static TimeSpan Time(string part, string value)
    {
        try
        {
            return value == "0" ? TimeSpan.Zero : Duration.Parse(value);
        }
        catch (FormatException error)
        {
            throw Wrong($"--faults: '{part}': {error.Message}");
        }
    }

    private static CommandFailure Wrong(string message) => new(ExitCode.WrongUse, message);
}
