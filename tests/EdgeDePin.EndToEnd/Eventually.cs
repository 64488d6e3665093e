using System.Diagnostics;

namespace EdgeDePin.EndToEnd;

/// <summary>Waiting for something that another process does: asked again every 50 ms, with a bound.</summary>
internal static class Eventually
{
    public static Task HoldsAsync(Func<bool> condition, TimeSpan within, Func<string>? otherwise = null) =>
        HoldsAsync(() => Task.FromResult(condition()), within, otherwise);

    public static async Task HoldsAsync(Func<Task<bool>> condition, TimeSpan within, Func<string>? otherwise = null)
    {
        var waited = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            Assert.True(waited.Elapsed < within, $"Not within {within.TotalSeconds:0} s. {otherwise?.Invoke()}");
            await tick.WaitForNextTickAsync();
        }
    }
}
