using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeDePin.Storage;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary><c>edgedepin store stats</c>: what is in it, and what it weighs.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "The data folder of a stopped node.", HelpName = "DIR", Required = true };
        var compact = new Option<bool>("--compact") { Description = "Move the log into a shard first." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("stats",
            """
            Says what a stopped node's store holds, and in how many bytes.

            Examples:
              edgedepin store stats --data demo-data/node-1
              edgedepin store stats --data demo-data/node-1 --compact --json

            Exit codes: 0 done, 3 the folder cannot be opened.
            """)
        { data, compact, json };
        command.SetAction(parsed =>
        {
            StoreStats stats = StoppedStore.With(parsed.GetValue(data)!, store =>
            {
                if (parsed.GetValue(compact))
                {
                    store.Compact();
                }

                return store.Stats();
            });
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(stats, StatsJson.Default.StoreStats) : Text(stats));
            return ExitCode.Done;
        });
        return command;
    }

    private static string Text(StoreStats stats) =>
        $"""
        {stats.Points} points of {stats.Series} series in {stats.Measurements} measurements; head {stats.Head}, epoch {stats.Epoch}
        log     {stats.LogPoints,12} points {stats.LogBytes,14} bytes
        shards  {stats.ShardRows,12} rows   {stats.ShardBytes,14} bytes in {stats.Shards}
        {stats.Quarantined} points were ever set aside
        """;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoreStats))]
internal sealed partial class StatsJson : JsonSerializerContext;
