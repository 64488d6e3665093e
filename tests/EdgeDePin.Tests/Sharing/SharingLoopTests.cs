using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Mqtt;
using EdgeDePin.Simulation.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Sharing;

/// <summary>Two whole nodes over a real broker.</summary>
public sealed class SharingLoopTests : IAsyncLifetime
{
    private static readonly byte[] Input = [1, 2, 3];

    private readonly InProcessBroker _broker = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_neighbour_computes_and_the_result_is_verified()
    {
        SharingLoop anna = Start(1), ben = Start(2);
        await Sees(anna, ben);
        var accepted = Assert.IsType<BorrowOutcome.Accepted>(await Borrow(anna, ben));
        Assert.Equal(Some.Function(Input), accepted.Output.ToArray());
        Assert.True(accepted.Verified);
        await Eventually.Holds(() => ben.Counters.Lent == 1 && anna.Counters is { Borrowed: 1, Verified: 1 }, "both have counted it");
        NeighbourView view = anna.Neighbours.Single();
        Assert.Equal(("node 2", NeighbourState.Present, 4), (view.Name, view.State, view.Lanes));
        Assert.Equal(Some.Kind, view.Kinds.Single());
    }

    [Fact]
    public async Task Many_tasks_at_once_stay_within_the_free_slots()
    {
        int running = 0, most = 0;
        SharingLoop anna = Start(1), ben = Start(2, async (guest, stop) =>
        {
            int now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
            Interlocked.Decrement(ref running);
            return Honest(guest.Input);
        });
        await Sees(anna, ben);
        BorrowOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Borrow(anna, ben)));
        Assert.InRange(most, 1, 2);
        Assert.Contains(outcomes, outcome => outcome is BorrowOutcome.Accepted);
        Assert.All(outcomes, outcome => Assert.True(outcome is BorrowOutcome.Accepted or BorrowOutcome.Refused, $"{outcome}"));
    }

    [Fact]
    public async Task A_liar_is_rejected_and_banned()
    {
        var liar = new LyingWorker(new Random(1), 1, (guest, _) => Task.FromResult<GuestOutcome>(Honest(guest.Input)));
        SharingLoop anna = Start(1), ben = Start(2, liar.RunAsync);
        await Sees(anna, ben);
        for (byte wrong = 0; wrong < 2; wrong++)
        {
            await Eventually.Holds(() => anna.Neighbours.Single().FreeSlots > 0, "Ben has a free slot");
            Assert.IsType<BorrowOutcome.Refused>(await anna.BorrowAsync(Some.Kind, new[] { wrong }, ben.Id, TimeSpan.FromSeconds(1), Token));
        }

        await Eventually.Holds(() => anna.Neighbours.Single().State == NeighbourState.Banned, "Ben is banned");
        Assert.Contains("Banned", Assert.IsType<BorrowOutcome.Refused>(await Borrow(anna, ben)).Reason, StringComparison.Ordinal);
        Assert.Equal(2, liar.Lies);
    }

    [Fact]
    public async Task A_guest_that_fails_or_throws_is_refused_with_the_reason()
    {
        SharingLoop anna = Start(1), ben = Start(2, (_, _) => Task.FromResult<GuestOutcome>(new GuestOutcome.Failed("window is empty")));
        SharingLoop cleo = Start(3, (_, _) => throw new FormatException());
        await Sees(anna, ben);
        await Sees(anna, cleo);
        Assert.Contains("window is empty", Assert.IsType<BorrowOutcome.Refused>(await Borrow(anna, ben)).Reason, StringComparison.Ordinal);
        Assert.Contains("FormatException", Assert.IsType<BorrowOutcome.Refused>(await Borrow(anna, cleo)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_fails_at_two_neighbours_ends_as_failed()
    {
        int runs = 0;
        Task<GuestOutcome> Fail(GuestTask guest, CancellationToken stop)
        {
            Interlocked.Increment(ref runs);
            return Task.FromResult<GuestOutcome>(new GuestOutcome.Failed("window is empty"));
        }

        SharingLoop anna = Start(1), ben = Start(2, Fail), cleo = Start(3, Fail);
        await Sees(anna, ben);
        await Sees(anna, cleo);
        BorrowOutcome outcome = await anna.RunAsync(What(), Token);
        Assert.Contains("window is empty", Assert.IsType<BorrowOutcome.Refused>(outcome).Reason, StringComparison.Ordinal);
        Assert.Equal((true, 2), (outcome.TaskFailed, runs));
    }

    [Fact]
    public async Task Whoever_stops_waiting_for_a_job_stops_its_guest()
    {
        var started = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        SharingLoop anna = Start(1), ben = Start(2, async (_, stop) =>
        {
            started.SetResult();
            await using (stop.Register(stopped.SetResult))
            {
                await stopped.Task;
            }

            return new GuestOutcome.Declined("stopped");
        });
        await Sees(anna, ben);
        using var impatient = new CancellationTokenSource();
        Task<BorrowOutcome> running = anna.RunAsync(What(), impatient.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task A_worker_that_goes_while_it_works_is_noticed_at_once_and_its_guest_is_stopped()
    {
        var started = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        using var off = new CancellationTokenSource();
        SharingLoop anna = Start(1), ben = Start(2, async (_, stop) =>
        {
            started.SetResult();
            await using (stop.Register(stopped.SetResult))
            {
                await stopped.Task;
            }

            throw new OperationCanceledException(stop);
        }, off);
        await Sees(anna, ben);
        Task<BorrowOutcome> borrowing = Borrow(anna, ben);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await off.CancelAsync();
        Assert.Contains("left", Assert.IsType<BorrowOutcome.Lost>(await borrowing).Reason, StringComparison.Ordinal);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Whoever_stops_waiting_stops_the_guest()
    {
        var started = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        SharingLoop anna = Start(1), ben = Start(2, async (_, stop) =>
        {
            started.SetResult();
            await using (stop.Register(stopped.SetResult))
            {
                await stopped.Task;
            }

            return new GuestOutcome.Declined("stopped");
        });
        await Sees(anna, ben);
        using var impatient = new CancellationTokenSource();
        Task<BorrowOutcome> borrowing = anna.BorrowAsync(Some.Kind, Input, ben.Id, TimeSpan.FromSeconds(1), impatient.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => borrowing);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Nobody_waits_for_a_loop_that_has_ended()
    {
        using var off = new CancellationTokenSource();
        SharingLoop anna = Start(1, off: off), ben = Start(2);
        await Sees(anna, ben);
        await off.CancelAsync();
        await _running[0].WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.IsType<BorrowOutcome.Lost>(await Borrow(anna, ben));
    }

    public async ValueTask InitializeAsync() => await _broker.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).WaitAsync(TimeSpan.FromSeconds(15), CancellationToken.None);
        await _broker.DisposeAsync();
        _stop.Dispose();
    }

    private static GuestOutcome.Done Honest(ReadOnlyMemory<byte> input) => new(Some.Function(input), TimeSpan.FromMilliseconds(1), 1_000_000);

    private static Assignment What() => Assignment.Of(Some.Kind, Input, TimeSpan.FromSeconds(1), new SharingOptions());

    private static Task<BorrowOutcome> Borrow(SharingLoop requester, SharingLoop worker) =>
        requester.BorrowAsync(Some.Kind, Input, worker.Id, TimeSpan.FromSeconds(1), Token);

    private static Task Sees(SharingLoop requester, SharingLoop worker) => Eventually.Holds(
        () => requester.Neighbours.Any(view => view.Id == worker.Id && view.FreeSlots > 0)
            && worker.Neighbours.Any(view => view.Id == requester.Id),
        "they see each other");

    private SharingLoop Start(int number, RunGuest? run = null, CancellationTokenSource? off = null)
    {
        NodeIdentity identity = Some.Identity(number);
        var options = new SharingOptions { Site = Some.Site, Name = $"node {number}" };
        var broker = new MqttLinkOptions { Host = "127.0.0.1", Port = _broker.Port, LongestBackoff = TimeSpan.FromSeconds(0.5) };
        var link = new MqttNeighbourLink(broker, Some.Site, identity.NodeId, TimeProvider.System, new Random(number), NullLogger.Instance);
        var loop = new SharingLoop(
            options, identity, link, [Some.Kind], run ?? ((guest, _) => Task.FromResult<GuestOutcome>(Honest(guest.Input))),
            (_, input, _) => Task.FromResult(new OwnResult(Digest.Of(Some.Function(input)), 1_000_000)), () => 2, TimeProvider.System, new Random(number),
            NullLogger.Instance, lanes: 4);
        var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, off?.Token ?? CancellationToken.None);
        _running.Add(loop.RunAsync(either.Token));
        return loop;
    }
}
