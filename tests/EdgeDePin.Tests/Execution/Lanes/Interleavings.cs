using System.Collections.Concurrent;

namespace EdgeDePin.Tests.Execution.Lanes;

/// <summary>
/// Runs a few threads one at a time, and tries every order in which their steps can follow each other: depth first, each run replaying
/// the choices of the one before up to the last that had an alternative.
/// </summary>
internal sealed class Interleavings : IDisposable
{
    private readonly ConcurrentDictionary<int, Controlled> _byThread = new();
    private readonly SemaphoreSlim _stopped = new(0);
    private readonly List<(int Chosen, int Of)> _choices = [];

    /// <summary>To be called between the steps of the code under test.</summary>
    public void Point()
    {
        if (_byThread.TryGetValue(Environment.CurrentManagedThreadId, out Controlled? thread))
        {
            _stopped.Release();
            thread.Go.Wait();
        }
    }

    /// <param name="scenario">Makes a fresh scenario: what the threads do, and the check when all are done.</param>
    /// <returns>How many orders there were.</returns>
    public int Explore(Func<(Action[] Threads, Action Check)> scenario, int most = 1_000_000)
    {
        for (int orders = 1; ; orders++)
        {
            (Action[] threads, Action check) = scenario();
            Run(threads);
            check();
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

    private void Run(Action[] bodies)
    {
        List<Controlled> running = [.. bodies.Select(Start)];
        for (int step = 0; running.Count > 0; step++)
        {
            if (step == _choices.Count)
            {
                _choices.Add((0, running.Count));
            }

            Controlled next = running[_choices[step].Chosen];
            next.Go.Release();
            _stopped.Wait();
            if (next.Done)
            {
                next.Thread.Join();
                _byThread.TryRemove(next.Thread.ManagedThreadId, out _);
                next.Dispose();
                running.Remove(next);
            }
        }
    }

    private Controlled Start(Action body)
    {
        var controlled = new Controlled();
        controlled.Thread = new Thread(() =>
        {
            controlled.Go.Wait();
            body();
            controlled.Done = true;
            _stopped.Release();
        });
        _byThread[controlled.Thread.ManagedThreadId] = controlled;
        controlled.Thread.Start();
        return controlled;
    }

    private sealed class Controlled : IDisposable
    {
        public Thread Thread { get; set; } = null!;
        public SemaphoreSlim Go { get; } = new(0);
        public volatile bool Done;

        public void Dispose() => Go.Dispose();
    }
}
