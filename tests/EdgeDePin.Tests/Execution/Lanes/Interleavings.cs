using System.Collections.Concurrent;

namespace EdgeDePin.Tests.Execution.Lanes;

/// <summary>
/// Runs a few threads one at a time, and tries the orders in which their steps can follow each other: depth first, each run replaying
/// the choices of the one before up to the last that had an alternative. Without a bound that is every order; with one, every order in which
/// no more than so many times a thread that could go on is interrupted (Musuvathi and Qadeer, PLDI 2007: most errors need one or two).
/// </summary>
internal sealed class Interleavings(int mostInterruptions = int.MaxValue) : IDisposable
{
    private readonly ConcurrentDictionary<int, Controlled> _byThread = new();
    private readonly SemaphoreSlim _stopped = new(0);
    private readonly List<(int Chosen, int Of)> _choices = [];

    /// <summary>To be called between the steps of the code under test.</summary>
    public void Point() => Until(static () => true);

    /// <summary>To be called before the code under test would wait: goes on when the condition holds and it is this thread's turn.</summary>
    public void Until(Func<bool> condition)
    {
        if (_byThread.TryGetValue(Environment.CurrentManagedThreadId, out Controlled? thread) && !thread.Abandoned)
        {
            thread.MayGo = condition;
            _stopped.Release();
            thread.Go.Wait();
            if (thread.Abandoned)
            {
                throw new Abandonment();
            }
        }
    }

    /// <param name="scenario">Makes a fresh scenario: what the threads do, and the check when all are done.</param>
    /// <param name="stuck">Told when no thread can go on and not all are done; null: that is an error.</param>
    /// <returns>How many orders there were.</returns>
    public int Explore(Func<(Action[] Threads, Action Check)> scenario, int most = 1_000_000, Action<int>? stuck = null)
    {
        for (int orders = 1; ; orders++)
        {
            (Action[] threads, Action check) = scenario();
            if (Run(threads))
            {
                check();
            }
            else if (stuck is not null)
            {
                stuck(orders);
                return orders;
            }
            else
            {
                Assert.Fail($"In order {orders} every thread waits for ever: {string.Join(' ', _choices.Select(choice => choice.Chosen))}");
            }

            while (_choices.Count > 0 && _choices[^1].Chosen == _choices[^1].Of - 1)
            {
                _choices.RemoveAt(_choices.Count - 1);
            }

            if (_choices.Count == 0)
            {
                return orders;
            }

            Assert.True(orders < most, $"more than {most} orders");
            _choices[^1] = (_choices[^1].Chosen + 1, _choices[^1].Of);
        }
    }

    public void Dispose() => _stopped.Dispose();

    /// <returns>False when no thread can go on and not all are done.</returns>
    private bool Run(Action[] bodies)
    {
        List<Controlled> running = [.. bodies.Select(Start)];
        Controlled? last = null;
        int interruptions = 0;
        for (int step = 0; running.Count > 0; step++)
        {
            // Who went last comes first, so that the first order tried is the one without interruptions.
            Controlled[] able = [.. running.Where(thread => thread.MayGo()).OrderByDescending(thread => thread == last)];
            if (able.Length == 0)
            {
                running.ForEach(Abandon);
                return false;
            }

            bool lastCould = able[0] == last;
            int options = lastCould && interruptions >= mostInterruptions ? 1 : able.Length;
            if (step == _choices.Count)
            {
                _choices.Add((0, options));
            }

            Assert.Equal(options, _choices[step].Of);
            Controlled next = able[_choices[step].Chosen];
            interruptions += lastCould && next != last ? 1 : 0;
            last = next;
            next.Go.Release();
            _stopped.Wait();
            if (next.Done)
            {
                Join(next);
                running.Remove(next);
            }
        }

        return true;
    }

    private void Abandon(Controlled thread)
    {
        thread.Abandoned = true;
        thread.Go.Release();
        _stopped.Wait();
        Join(thread);
    }

    private void Join(Controlled thread)
    {
        thread.Thread.Join();
        _byThread.TryRemove(thread.Thread.ManagedThreadId, out _);
        thread.Dispose();
    }

    private Controlled Start(Action body)
    {
        var controlled = new Controlled();
        controlled.Thread = new Thread(() =>
        {
            controlled.Go.Wait();
            try
            {
                body();
            }
            catch (Abandonment)
            {
                // The search has seen enough of this order.
            }

            controlled.Done = true;
            _stopped.Release();
        });
        _byThread[controlled.Thread.ManagedThreadId] = controlled;
        controlled.Thread.Start();
        return controlled;
    }

    private sealed class Abandonment : Exception;

    private sealed class Controlled : IDisposable
    {
        public Thread Thread { get; set; } = null!;
        public SemaphoreSlim Go { get; } = new(0);
        public Func<bool> MayGo { get; set; } = static () => true;
        public bool Abandoned { get; set; }
        public volatile bool Done;

        public void Dispose() => Go.Dispose();
    }
}
