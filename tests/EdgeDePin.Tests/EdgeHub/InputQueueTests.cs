using CsCheck;
using EdgeHubSimulator.Queues;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class InputQueueTests
{
    // Whatever the order of arrivals, deliveries, acknowledgements and lost connections: what came is done, waiting or counted as
    // dropped; waiting and out stay within their limits; and what is delivered next is always the oldest that waits.
    [Fact]
    public void Every_message_is_completed_kept_or_counted_as_dropped() =>
        Gen.Int[0, 3].Array[1, 200].Sample(steps =>
        {
            var queue = new InputQueue(_ => new MemoryLog(5, 1 << 20), maxOut: 2);
            var outside = new List<QueuedMessage>();
            int came = 0, done = 0;
            foreach (int step in steps)
            {
                switch (step)
                {
                    case 0:
                        came++;
                        queue.Enqueue(new QueuedMessage($"t{came}", new byte[1]), 0);
                        break;
                    case 1 when queue.Take(0, 0) is { } message:
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

                Assert.Equal(came, done + queue.Lost + queue.Count);
                Assert.InRange(outside.Count, 0, 2);
                Assert.InRange(queue.Count, 0, 5 + 2);
            }
        });

    [Fact]
    public void Bytes_are_a_limit_too()
    {
        var queue = new InputQueue(_ => new MemoryLog(100, 262_144), maxOut: 10);
        queue.Enqueue(new QueuedMessage("a", new byte[200_000]), 0);
        queue.Enqueue(new QueuedMessage("b", new byte[62_144]), 0);
        Assert.Equal(0, queue.Lost);
        queue.Enqueue(new QueuedMessage("c", new byte[1]), 0);
        Assert.Equal(1, queue.Lost);
        Assert.Equal("b", queue.Take(0, 0)?.Topic);
    }

    [Fact]
    public void What_returns_goes_before_what_came_later()
    {
        var queue = new InputQueue(_ => new MemoryLog(100, 1 << 20), maxOut: 10);
        queue.Enqueue(new QueuedMessage("first", default), 0);
        queue.Enqueue(new QueuedMessage("second", default), 0);
        _ = queue.Take(0, 0);
        queue.Return(_ => true);
        Assert.Equal("first", queue.Take(0, 0)?.Topic);
    }

    [Fact]
    public void A_lower_priority_number_goes_first_and_within_it_the_order_is_kept()
    {
        var queue = new InputQueue(_ => new MemoryLog(100, 1 << 20), maxOut: 10);
        foreach ((string name, int priority) in new[] { ("reading 1", 9), ("alarm 1", 0), ("reading 2", 9), ("alarm 2", 0), ("news", 4) })
        {
            queue.Enqueue(new QueuedMessage(name, default), priority);
        }

        Assert.Equal(["alarm 1", "alarm 2", "news", "reading 1", "reading 2"], Enumerable.Range(0, 5).Select(_ => queue.Take(0, 0)!.Topic));
        queue.Return(_ => true);
        Assert.Equal("alarm 1", queue.Take(0, 0)?.Topic);
    }

    [Fact]
    public void What_has_expired_is_passed_over_and_counted()
    {
        var queue = new InputQueue(_ => new MemoryLog(100, 1 << 20), maxOut: 10);
        queue.Enqueue(new QueuedMessage("old", default, ExpiresAt: 99), 0);
        queue.Enqueue(new QueuedMessage("last second", default, ExpiresAt: 100), 0);
        queue.Enqueue(new QueuedMessage("for ever", default), 0);
        Assert.Equal(["last second", "for ever"], Enumerable.Range(0, 2).Select(_ => queue.Take(0, utcSeconds: 100)!.Topic));
        Assert.Equal((1L, 0L), (queue.Expired, queue.Lost));
    }
}
