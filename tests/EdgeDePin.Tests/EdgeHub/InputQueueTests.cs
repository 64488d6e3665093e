using CsCheck;
using EdgeHubSimulator;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class InputQueueTests
{
    // Whatever the order of arrivals, deliveries, acknowledgements and lost connections: what came is done, waiting or counted as
    // dropped; waiting and out stay within their limits; and what is delivered next is always the oldest that waits.
    [Fact]
    public void Every_message_is_completed_kept_or_counted_as_dropped() =>
        Gen.Int[0, 3].Array[1, 200].Sample(steps =>
        {
            var queue = new InputQueue(new LocalHubOptions { MaxWaitingMessages = 5, MaxInFlight = 2 });
            var outside = new List<QueuedMessage>();
            int came = 0, done = 0, dropped = 0;
            foreach (int step in steps)
            {
                switch (step)
                {
                    case 0:
                        came++;
                        dropped += queue.Enqueue(new QueuedMessage($"t{came}", [1]));
                        break;
                    case 1 when queue.Take(now: 0) is { } message:
                        Assert.All(outside, earlier => Assert.NotEqual(earlier.Sequence, message.Sequence));
                        outside.Add(message);
                        break;
                    case 2 when outside.Count > 0:
                        Assert.True(queue.Complete(outside[^1]));
                        Assert.False(queue.Complete(outside[^1]));
                        outside.RemoveAt(outside.Count - 1);
                        done++;
                        break;
                    case 3:
                        queue.Return(_ => true);
                        outside.Clear();
                        break;
                }

                Assert.Equal(came, done + dropped + queue.Count);
                Assert.InRange(outside.Count, 0, 2);
                Assert.InRange(queue.Count, 0, 5 + 2);
            }
        });

    [Fact]
    public void Bytes_are_a_limit_too()
    {
        var queue = new InputQueue(new LocalHubOptions { MaxWaitingBytes = 262_144 });
        Assert.Equal(0, queue.Enqueue(new QueuedMessage("a", new byte[200_000])));
        Assert.Equal(0, queue.Enqueue(new QueuedMessage("b", new byte[62_144])));
        Assert.Equal(1, queue.Enqueue(new QueuedMessage("c", new byte[1])));
        Assert.Equal("b", queue.Take(now: 0)?.Topic);
    }

    [Fact]
    public void What_returns_goes_before_what_came_later()
    {
        var queue = new InputQueue(new LocalHubOptions());
        queue.Enqueue(new QueuedMessage("first", []));
        queue.Enqueue(new QueuedMessage("second", []));
        _ = queue.Take(now: 0);
        queue.Return(_ => true);
        Assert.Equal("first", queue.Take(now: 0)?.Topic);
    }
}
