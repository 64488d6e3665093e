using EdgeDePin.Sensors.Sampling;
using Microsoft.Extensions.Time.Testing;

namespace EdgeDePin.Tests.Sensors.Sampling;

public sealed class SamplingScheduleTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Slots_do_not_drift_by_the_time_that_sampling_takes_and_missed_ones_are_left_out()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using IAsyncEnumerator<DateTimeOffset> slots =
            SamplingSchedule.Every(TimeSpan.FromSeconds(1), time, Stop).GetAsyncEnumerator(Stop);
        List<double> seen = [];
        // How long the sensor is busy after each slot: the fourth time over two slots and a half.
        foreach (int busy in new[] { 300, 300, 999, 2_500, 10 })
        {
            seen.Add(await NextAsync(slots, time));
            time.Advance(TimeSpan.FromMilliseconds(busy));
        }

        Assert.Equal([0, 1, 2, 3, 6], seen);
    }

    // A pending MoveNext has set its timer already, so advancing to the next whole second is exact.
    private static async Task<double> NextAsync(IAsyncEnumerator<DateTimeOffset> slots, FakeTimeProvider time)
    {
        ValueTask<bool> next = slots.MoveNextAsync();
        if (!next.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(1_000 - (time.GetUtcNow().ToUnixTimeMilliseconds() % 1_000)));
        }

        Assert.True(await next.AsTask().WaitAsync(TimeSpan.FromSeconds(10), Stop));
        return slots.Current.ToUnixTimeMilliseconds() / 1_000.0;
    }
}
