using System.Diagnostics;

namespace EdgeDePin.Tests.Sharing;

/// <summary>Waits for a condition, and not for ever.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Task Holds(Func<bool> condition, string what) => AsyncHolds(() => Task.FromResult(condition()), what);

    public static async Task AsyncHolds(Func<Task<bool>> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"waited {Patience} until {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }
}
