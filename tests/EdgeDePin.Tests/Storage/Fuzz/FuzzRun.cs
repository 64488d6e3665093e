using System.Diagnostics;

namespace EdgeDePin.Tests.Storage.Fuzz;

/// <summary>
/// Runs something on many inputs and holds it to limits of time and memory. <c>EDGEDEPIN_FUZZ_INPUTS</c> says how many inputs,
/// <c>EDGEDEPIN_FUZZ_SEED</c> which.
/// </summary>
internal static class FuzzRun
{
    /// <summary>Far above what any input takes, far below a hang.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    public static int Seed { get; } = int.Parse(Environment.GetEnvironmentVariable("EDGEDEPIN_FUZZ_SEED") ?? "20261123", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Inputs of the long form; null in the short one.</summary>
    public static int? Inputs { get; } =
        Environment.GetEnvironmentVariable("EDGEDEPIN_FUZZ_INPUTS") is { Length: > 0 } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <param name="count">Inputs of the short form; the long one takes as many more of each kind.</param>
    /// <param name="share">What part of the long form's inputs these are.</param>
    /// <param name="next">Makes an input; only of the random numbers that it is given.</param>
    /// <param name="allocation">The most that one input may allocate, in bytes.</param>
    public static void Run<T>(int count, double share, Func<Random, T> next, Action<T> feed, Func<T, string> show, Func<T, long> allocation)
    {
        count = Inputs is { } inputs ? (int)(inputs * share) : count;
        var random = new Random(Seed);
        (TimeSpan slowest, T? slow, long began) = (TimeSpan.Zero, default, Stopwatch.GetTimestamp());
        for (int round = 0; round < count; round++)
        {
            T input = next(random);
            long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            try
            {
                feed(input);
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {Seed}, round {round}: {show(input)}\n{error}");
            }

            TimeSpan took = Stopwatch.GetElapsedTime(start);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(took < Slow, $"seed {Seed}, round {round}: {took.TotalSeconds:F1} s for {show(input)}");
            Assert.True(allocated <= allocation(input), $"seed {Seed}, round {round}: {allocated} bytes for {show(input)}");
            (slowest, slow) = took > slowest ? (took, input) : (slowest, slow);
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{count} inputs, seed {Seed}, {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s, slowest {slowest.TotalMilliseconds:F1} ms: {(slow is null ? "" : show(slow))}");
    }
}
