using System.Collections.Concurrent;
using EdgeDePin.Execution.Lanes;
using EdgeDePin.Execution.Records;

namespace EdgeDePin.Tests.Execution.Lanes;

public sealed class StandingRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_that_several_threads_hand_in_runs_once_each_and_its_places_are_used_again()
    {
        const int Threads = 3, Each = 20_000;
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 3, RingCapacity = 2 }, TimeProvider.System);
        StandingRun run = crew.Stand(new Resources { Cores = 3 });
        int[] runs = new int[Threads * Each];
        int ended = 0, largest = 0, wrong = 0;
        using var all = new CountdownEvent(Threads * Each);
        using var open = new SemaphoreSlim(64);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            for (int at = 0; at < Each; at++)
            {
                await open.WaitAsync(Token);
                int number = (thread * Each) + at;
                Assert.True(run.TrySubmit(new Piece(
                    scope =>
                    {
                        runs[number]++;
                        InterlockedMax(ref largest, scope.Task);
                        if (number % 1000 == 0)
                        {
                            throw new InvalidOperationException("bad luck");
                        }
                    },
                    record =>
                    {
                        bool good = record.Outcome == EdgeDePin.Execution.ExecutionOutcome.Succeeded;
                        wrong += good == (number % 1000 == 0) || record.Start < record.Ready || record.End < record.Start ? 1 : 0;
                        Interlocked.Increment(ref ended);
                        open.Release();
                        all.Signal();
                    })));
            }
        }, Token)));
        Assert.True(all.Wait(Patience, Token));
        await run.CloseAsync().WaitAsync(Patience, Token);
        Assert.All(runs, times => Assert.Equal(1, times));
        Assert.Equal((Threads * Each, 0), (ended, wrong));
        Assert.True(largest < 4 * 64, $"place {largest} for 64 open pieces");
        Assert.False(run.TrySubmit(new Piece(_ => { }, _ => { })));
    }

    [Fact]
    public async Task Priority_then_rank_decide_and_what_holds_a_token_alone_lets_others_pass()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 2, RingCapacity = 2 }, TimeProvider.System);
        StandingRun run = crew.Stand(new Resources { Cores = 2, Tokens = [new Token("guest", 1)] });
        using var gate = new ManualResetEventSlim();
        using var began = new CountdownEvent(1);
        var order = new ConcurrentQueue<string>();
        using var all = new CountdownEvent(5);
        void Submit(string name, short priority, double rank, ulong tokens, Action? before = null) => Assert.True(run.TrySubmit(new Piece(
            _ =>
            {
                before?.Invoke();
                order.Enqueue(name);
            },
            _ => all.Signal())
        { Wants = new TaskNeeds(priority, Tokens: tokens), Comes = rank }));

        Submit("guest 1", short.MinValue, 0, 1, () =>
        {
            began.Signal();
            gate.Wait(Token);
        });
        began.Wait(Patience, Token);
        using (crew.Hold())
        {
            Submit("guest 2", short.MinValue, 9, 1);
            Submit("low", 0, -2, 0);
            Submit("high", 1, -3, 0);
            Submit("low but older", 0, -1, 0);
        }

        Assert.True(SpinWait.SpinUntil(() => order.Count == 3, Patience));
        Assert.Equal(["high", "low but older", "low"], order);
        gate.Set();
        Assert.True(all.Wait(Patience, Token));
        Assert.Equal(["guest 1", "guest 2"], order.Skip(3));
        await run.CloseAsync();
    }

    [Fact]
    public async Task Closing_tells_what_waits_that_it_will_not_run_even_during_a_hold()
    {
        await using var crew = new LaneCrew(new LaneOptions { Lanes = 2, RingCapacity = 2 }, TimeProvider.System);
        StandingRun run = crew.Stand(new Resources { Cores = 2 });
        using IDisposable hold = crew.Hold();
        int ran = 0, told = 0, attempted = 0;
        for (int i = 0; i < 10; i++)
        {
            run.TrySubmit(new Piece(_ => Interlocked.Increment(ref ran), record =>
            {
                Interlocked.Increment(ref told);
                Interlocked.Add(ref attempted, record.Attempt);
            }));
        }

        var back = new Piece(_ => Interlocked.Increment(ref ran), _ => Interlocked.Increment(ref told));
        run.TrySubmit(back);
        Assert.Same(back, Assert.Single(run.Withdraw(work => work == back)));
        await run.CloseAsync().WaitAsync(Patience, Token);
        Assert.Equal((10, ran), (told, attempted));
        Assert.InRange(ran, 0, 2);
    }

    private static void InterlockedMax(ref int place, int value)
    {
        for (int known = Volatile.Read(ref place); known < value; known = Volatile.Read(ref place))
        {
            Interlocked.CompareExchange(ref place, value, known);
        }
    }

    private sealed class Piece(Action<TaskScope> run, Action<LaneRecord> ended) : LaneWork
    {
        public TaskNeeds Wants { get; init; }

        public double Comes { get; init; }

        // Nothing asked for still takes a core.
        public override TaskNeeds Needs => Wants with { Cores = 1 };

        public override double Rank => Comes;

        public override void Run(TaskScope scope) => run(scope);

        public override void Ended(in LaneRecord record) => ended(record);
    }
}
