using System.CommandLine;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>
/// The victim of <c>store torture</c>: appends numbered points and says on standard output which number is acknowledged,
/// until it is killed.
/// </summary>
internal static class TortureWriter
{
    public const string Measurement = "torture";

    /// <summary>The destination whose cursor runs behind the head.</summary>
    public const string Cursor = "torture";

    /// <summary>Spread over the series: a point's number is its instant, too, so that a second one would be seen.</summary>
    private const int SeriesCount = 4;

    public static Command Create()
    {
        var data = new Option<string>("--data") { Required = true };
        var seed = new Option<int>("--seed") { Required = true };
        var first = new Option<long>("--first") { Required = true };
        var command = new Command("torture-writer", "The victim of 'store torture'.") { data, seed, first };
        command.Hidden = true;
        command.SetAction(parsed => Write(parsed.GetValue(data)!, new Random(parsed.GetValue(seed)), parsed.GetValue(first)));
        return command;
    }

    private static int Write(string folder, Random random, long first)
    {
        // Shards of a few batches, so that many a kill hits the moment in which points move from the log.
        using Store store = Store.Open(new StoreOptions { Folder = folder, ShardPoints = 2_000 }, TimeProvider.System, NullLogger.Instance);
        Console.Out.WriteLine("open");
        while (true)
        {
            int count = random.Next(1, 400);
            store.Append([.. Enumerable.Range(0, count).Select(at => PointOf(first + at))]);
            first += count;
            Console.Out.WriteLine($"ack {first - 1}");
            if (random.Next(4) == 0)
            {
                store.SetCursor(Cursor, Math.Max(store.GetCursor(Cursor), store.HeadSequence - random.Next(100)));
                Console.Out.WriteLine($"cursor {store.GetCursor(Cursor)}");
            }
        }
    }

    private static Point PointOf(long number) => new(
        Measurement,
        [new Tag("series", $"s{number % SeriesCount}")],
        [new Field("number", number), new Field("half", number / 2.0)],
        number);
}
