using EdgeDePin.Execution.Lanes;

namespace EdgeDePin.Tests.Execution.Lanes;

public sealed class StealDequeTests(ITestOutputHelper output)
{
    // What the owner does: + pushes the next number, - pops. Each other number is a thief with so many attempts.
    [Theory]
    [InlineData("+--", new[] { 1 })]
    [InlineData("++-", new[] { 1 })]
    [InlineData("++--", new[] { 2 })]
    [InlineData("+-+-", new[] { 1 })]
    [InlineData("+", new[] { 1, 1 })]
    public void In_every_order_of_steps_each_task_is_taken_exactly_once(string owner, int[] thieves)
    {
        using var interleavings = new Interleavings();
        int orders = interleavings.Explore(() =>
        {
            var deque = new StealDeque(interleavings.Point);
            var taken = new List<int>();
            int pushed = 0;
            void Take(int task)
            {
                if (task >= 0)
                {
                    taken.Add(task);
                }
            }

            Action owning = () =>
            {
                foreach (char step in owner)
                {
                    if (step == '+')
                    {
                        deque.Push(pushed++);
                    }
                    else
                    {
                        Take(deque.Pop());
                    }
                }
            };
            Action[] threads = [owning, .. thieves.Select(attempts => (Action)(() =>
            {
                for (int i = 0; i < attempts; i++)
                {
                    Take(deque.Steal());
                }
            }))];
            return (threads, () =>
            {
                for (int left = deque.Pop(); left >= 0; left = deque.Pop())
                {
                    taken.Add(left);
                }

                Assert.Equal(Enumerable.Range(0, pushed), taken.Order());
            }
            );
        });
        output.WriteLine($"{orders} orders");
        Assert.True(orders > 10);
    }

    [Fact]
    public void Two_thieves_at_full_speed_and_an_owner_that_grows_the_ring_lose_and_double_nothing()
    {
        const int Tasks = 400_000;
        var deque = new StealDeque();
        byte[] times = new byte[Tasks];
        int taken = 0;
        void Count(int task)
        {
            if (task >= 0)
            {
                times[task]++;
                Interlocked.Increment(ref taken);
            }
        }

        Thread[] thieves = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (Volatile.Read(ref taken) < Tasks)
            {
                Count(deque.Steal());
            }
        }))];
        Array.ForEach(thieves, thief => thief.Start());
        var random = new Random(1);
        for (int task = 0; task < Tasks;)
        {
            for (int burst = random.Next(3000); burst > 0 && task < Tasks; burst--)
            {
                deque.Push(task++);
            }

            for (int burst = random.Next(2000); burst > 0; burst--)
            {
                Count(deque.Pop());
            }
        }

        while (Volatile.Read(ref taken) < Tasks)
        {
            Count(deque.Pop());
        }

        Array.ForEach(thieves, thief => thief.Join());
        Assert.All(times, time => Assert.Equal(1, time));
    }
}
