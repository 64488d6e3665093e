using System.CommandLine;

namespace EdgeDePin.Cli.Demo;

/// <summary><c>edgedepin demo</c>: a neighbourhood in one process.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var nodes = new Option<int>("--nodes") { Description = "Whole nodes to start, 1 to 16.", DefaultValueFactory = _ => 3 };
        var duration = new Option<string?>("--duration") { Description = "How long to run, such as 60s or 5m; without it until Ctrl-C, or until a replay ends.", HelpName = "TIME" };
        var headless = new Option<bool>("--headless") { Description = "No live table; and no page unless --http names a port." };
        var json = new Option<bool>("--json") { Description = "Print the summary as one JSON object and nothing else." };
        var data = new Option<string?>("--data") { Description = "Folder for the nodes' stores; without it a temporary one that is removed at the end.", HelpName = "DIR" };
        var http = new Option<int?>("--http") { Description = "Loopback port of the page (default 8080; 0 takes any free one).", HelpName = "PORT" };
        var influx = new Option<string?>("--influx") { Description = "InfluxDB to replicate to, such as http://127.0.0.1:8086.", HelpName = "URL" };
        var database = new Option<string>("--influx-db") { Description = "Database there.", DefaultValueFactory = _ => "edgedepin" };
        var replay = new Option<string[]>("--replay") { Description = "CSV series, or mappings of some (.toml), that node-1 replays through its chips' registers.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        var span = new Option<string?>("--replay-span") { Description = "Part of the series to replay, FROM/UNTIL in ISO 8601.", HelpName = "FROM/UNTIL" };
        var speed = new Option<double>("--speed") { Description = "Replay this many times faster than life, 1 to 100000.", DefaultValueFactory = _ => 60 };
        var seed = new Option<int>("--seed") { Description = "Seed of the scenario: same seed, same weather and faults.", DefaultValueFactory = _ => 1 };
        var command = new ExplainedCommand("demo",
            "Starts whole nodes in one process, each with its own identity, store, sensors and local hub, and a broker between them.",
            """
            Examples:
              edgedepin demo
              edgedepin demo --nodes 3 --duration 60s --headless --json
              edgedepin demo --replay bme280.csv sds011.csv --replay-span 2019-03-03T00:00:00Z/2019-03-04T00:00:00Z --speed 2880 --influx http://127.0.0.1:8086
              edgedepin demo --replay station.toml --speed 3600

            Series of Sensor.Community (BME280, SDS011) and ETT are known by their header. Any other file is replayed by a mapping, station.toml:
              file = "station.csv"
              chip = "bme280"
              time = ["Date", "Time"]
              format = "dd.MM.yyyy HH:mm"      # or strftime, unix, unixms, iso
              zone = "Europe/Berlin"           # default UTC
              missing = ["-9999"]
              [values]
              temperature = { column = "T" }
              pressure = { column = "P", factor = 100 }
              humidity = { value = 50 }
            'edgedepin sensors list' names the quantities of each chip; for a meter 'load' alone will do. Lines that cannot be read are shown and left out.

            Exit codes: 0 done, 2 wrong use, 3 something around us is missing (a port, a folder), 130 interrupted before --duration was over.
            """)
        { nodes, duration, headless, json, data, http, influx, database, replay, span, speed, seed };
        command.SetAction((parsed, cancellationToken) =>
        {
            bool isHeadless = parsed.GetValue(headless);
            var options = new DemoOptions
            {
                Nodes = InRange("--nodes", parsed.GetValue(nodes), 1, 16),
                Duration = OptionText.Read("--duration", parsed.GetValue(duration), Duration.Parse),
                Headless = isHeadless,
                Json = parsed.GetValue(json),
                DataFolder = parsed.GetValue(data),
                HttpPort = parsed.GetValue(http) is { } port ? InRange("--http", port, 0, 65_535) : isHeadless ? null : 8080,
                Influx = parsed.GetValue(influx) is { } address ? OptionText.Address("--influx", address, "http://127.0.0.1:8086") : null,
                InfluxDatabase = parsed.GetValue(database)!,
                Replay = parsed.GetValue(replay) ?? [],
                ReplaySpan = OptionText.Read("--replay-span", parsed.GetValue(span), SeriesSpan.Parse),
                Speed = InRange("--speed", parsed.GetValue(speed), 1, 100_000),
                Seed = parsed.GetValue(seed),
            };
            return DemoRun.RunAsync(options, cancellationToken);
        });
        return command;
    }

    private static T InRange<T>(string option, T value, T from, T to)
        where T : IComparable<T> =>
        value.CompareTo(from) >= 0 && value.CompareTo(to) <= 0
            ? value
            : throw new CommandFailure(ExitCode.WrongUse, $"{option} {value} is outside {from} to {to}.");
}
