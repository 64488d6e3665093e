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

    /// <summary>
    /// A point beside each number, six to a minute of every series: with them space is saved first, by thinning. The numbers lie so near
    /// to each other that thinning leaves them alone, and they can be counted.
    /// </summary>
    public const string Worn = "worn";

    /// <summary>The destination whose cursor runs behind the head.</summary>
    public const string Cursor = "torture";

    /// <summary>Spread over the series: a point's number is its instant, too, so that a second one would be seen.</summary>
    public const int SeriesCount = 4;

    /// <summary>In ns; 2.5 s.</summary>
    private const long WornStep = 2_500_000_000;

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
    /// of them, so that many hit the moment in which the oldest is thinned or goes.
    /// </summary>
    public static StoreOptions Options(string folder) => new()
    {
        Folder = folder,
        ShardPoints = 2_000,
        QuotaMegabytes = QuotaMegabytes,
        Priorities = new Dictionary<string, ThinningPriority> { [Worn] = ThinningPriority.Early },
    };

    /// <summary>See <see cref="Options"/>.</summary>
    public const int QuotaMegabytes = 1;

    /// <summary>The points of some numbers that follow each other: two for each.</summary>
    public static Point[] PointsOf(long first, int count) =>
        [.. Enumerable.Range(0, count).SelectMany(at => (Point[])[PointOf(first + at), WornOf(first + at)])];

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
        int count = random.Next(1, 200);
        Point[] batch = PointsOf(first, count);
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
        [new Field("number", number), new Field("noise", Noise(number)), new Field("more_noise", Noise(-number))],
        number);

    private static Point WornOf(long number) => new(
        Worn, [new Tag("series", $"s{number % SeriesCount}")], [new Field("noise", Noise(number + (1L << 40)))], number * WornStep);

    /// <summary>Eight bytes that no encoding makes smaller, so that the quota is soon reached: the fractional part of number × φ, scrambled.</summary>
    public static double Noise(long number) => Math.ScaleB(unchecked((ulong)number * 0x9E3779B97F4A7C15UL * ((ulong)number | 1)) >> 11, -53);
}
