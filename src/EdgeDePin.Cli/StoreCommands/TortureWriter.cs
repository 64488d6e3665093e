using System.CommandLine;
using System.Globalization;
using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>
/// The victim of <c>store torture</c>: waits for the first number on standard input, then appends numbered points and says on
/// standard output what is acknowledged, until it is killed. What fails it says, too, and appends the same points again.
/// </summary>
internal static class TortureWriter
{
    public const string Measurement = "torture";

    /// <summary>The destination whose cursor runs behind the head.</summary>
    public const string Cursor = "torture";

    /// <summary>Spread over the series: a point's number is its instant, too, so that a second one would be seen.</summary>
    public const int SeriesCount = 4;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(5);

    public static Command Create()
    {
        var data = new Option<string>("--data") { Required = true };
        var seed = new Option<int>("--seed") { Required = true };
        var command = new Command("torture-writer", "The victim of 'store torture'.") { data, seed };
        command.Hidden = true;
        command.SetAction(parsed => WriteAsync(parsed.GetValue(data)!, new Random(parsed.GetValue(seed))));
        return command;
    }

    /// <summary>
    /// Shards of a few batches, so that many a death hits the moment in which points move from the log; a quota of a few dozen
    /// of them, so that many hit the moment in which the oldest goes.
    /// </summary>
    public static StoreOptions Options(string folder) => new() { Folder = folder, ShardPoints = 2_000, QuotaMegabytes = 1 };

    private static async Task<int> WriteAsync(string folder, Random random)
    {
        if (await Console.In.ReadLineAsync() is not { } word)
        {
            return ExitCode.Done;
        }

        long first = long.Parse(word, CultureInfo.InvariantCulture);
        Say("opening");
        try
        {
            using Store store = Store.Open(Options(folder), TimeProvider.System, NullLogger.Instance);
            Say("open");
            while (true)
            {
                first = await AppendAsync(store, random, first);
            }
        }
        catch (StoreException refused)
        {
            Say($"refused {refused.Message}");
            return ExitCode.Environment;
        }
    }

    private static async Task<long> AppendAsync(Store store, Random random, long first)
    {
        int count = random.Next(1, 400);
        Point[] batch = [.. Enumerable.Range(0, count).Select(at => PointOf(first + at))];
        await UntilAsync(() =>
        {
            store.Append(batch);
            Say($"ack {first + count - 1}");
        });
        if (random.Next(4) == 0)
        {
            long to = Math.Max(store.GetCursor(Cursor), store.HeadSequence - random.Next(100));
            await UntilAsync(() =>
            {
                store.SetCursor(Cursor, to);
                Say($"cursor {to}");
            });
        }

        return first + count;
    }

    private static async Task UntilAsync(Action succeeded)
    {
        while (true)
        {
            try
            {
                succeeded();
                return;
            }
            catch (StoreException failed)
            {
                Say($"failed {failed.Message}");
                await Task.Delay(BetweenTries);
            }
        }
    }

    private static void Say(string word) => Console.Out.WriteLine(word.Length > 1_000 ? word[..1_000] : word);

    private static Point PointOf(long number) => new(
        Measurement,
        [new Tag("series", $"s{number % SeriesCount}")],
        [new Field("number", number), new Field("noise", Noise(number))],
        number);

    /// <summary>Eight bytes that no encoding makes smaller, so that the quota is soon reached: the fractional part of number × φ, scrambled.</summary>
    public static double Noise(long number) => Math.ScaleB(unchecked((ulong)number * 0x9E3779B97F4A7C15UL * ((ulong)number | 1)) >> 11, -53);
}
