using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Tests.Sharing;

public sealed class WorkerTests
{
    private static readonly NodeId Anna = Some.Id(1);
    private static readonly GuestKey Key = new(Anna, Some.Task);

    private readonly Worker _worker;

    public WorkerTests()
    {
        var options = new SharingOptions { MaxGuests = 2 };
        _worker = new Worker(options, new NeighbourTable(options), [Some.Kind]);
    }

    [Fact]
    public void A_request_is_leased_run_and_signed_for()
    {
        IReadOnlyList<Step> steps = Receive(Some.Request(), 0);
        Assert.Equal(Some.Task, Sent<Message.Lease>(steps).Task);
        Assert.Equal(Key, steps.OfType<Step.StartGuest>().Single().Guest.Key);
        Message.Receipt receipt = Sent<Message.Receipt>(Done(1));
        Assert.Equal(Digest.Of([9]), receipt.OutputDigest);
        Assert.Equal(1, _worker.Open);
        Receive(new Message.Judgement(Some.Task, Verdict.Accepted), 1.1);
        Assert.Equal(0, _worker.Open);
    }

    [Fact]
    public void A_repeated_request_is_answered_by_what_is_known_and_never_run_again()
    {
        Receive(Some.Request(), 0);
        Assert.Equal(Some.Task, Sent<Message.Lease>(Only(Receive(Some.Request(), 0.5))).Task);
        Done(1);
        Sent<Message.Receipt>(Only(Receive(Some.Request(), 2)));
        Receive(new Message.Judgement(Some.Task, Verdict.Accepted), 2);
        Sent<Message.Receipt>(Only(Receive(Some.Request(), 3)));
        Assert.Equal(DeclineReason.Spent, Sent<Message.Decline>(Only(Receive(Some.Request([7]), 4))).Reason);
    }

    [Fact]
    public void What_it_will_not_run_is_declined_with_the_reason()
    {
        Assert.Equal(DeclineReason.UnknownKind, Declined(Some.Request() with { Kind = new TaskKind("mining", 1) }));
        Assert.Equal(DeclineReason.BadInput, Declined(Some.Request() with { Input = new byte[] { 3 } }));
        _worker.Slots = 0;
        Assert.Equal(DeclineReason.Busy, Declined(Some.Request()));
        _worker.Slots = 9;
        Receive(Some.Request() with { Task = Some.Task.Next }, 0);
        Receive(Some.Request() with { Task = Some.Task.Next.Next }, 0);
        Assert.Equal(DeclineReason.Busy, Declined(Some.Request()));
    }

    [Fact]
    public void Progress_is_reported_every_second()
    {
        Receive(Some.Request(), 0);
        int reports = Enumerable.Range(1, 20).Sum(quarter => Tick(quarter * 0.25).Count);
        Assert.Equal(5, reports);
    }

    [Fact]
    public void A_guest_that_outstays_its_time_is_stopped_and_keeps_its_slot_until_it_has()
    {
        Receive(Some.Request(), 0);
        IReadOnlyList<Step> steps = Tick(10.1);
        Assert.Equal(DeclineReason.TookTooLong, Sent<Message.Decline>(steps).Reason);
        Assert.Contains(new Step.StopGuest(Key), steps);
        Assert.Equal(1, _worker.FreeSlots);
        Assert.Empty(Done(10.2));
        Assert.Equal((2, 0), (_worker.FreeSlots, _worker.Open));
    }

    [Fact]
    public void A_cancelled_attempt_is_stopped_and_not_taken_up_again()
    {
        Receive(Some.Request(), 0);
        Assert.Equal([new Step.StopGuest(Key)], Receive(new Message.Cancel(Some.Task), 1));
        Assert.Empty(Receive(new Message.Cancel(Some.Task), 1));
        Assert.Empty(_worker.GuestEnded(Key, new GuestOutcome.Declined("stopped"), TimeSpan.FromSeconds(1)));
        Assert.Equal(DeclineReason.Spent, Declined(Some.Request()));
    }

    [Fact]
    public void A_receipt_is_repeated_five_times_at_most_and_then_the_lease_ends()
    {
        Receive(Some.Request(), 0);
        int sent = Done(1).Count + Enumerable.Range(2, 60).Sum(second => Tick(second).Count);
        Assert.Equal(5, sent);
        Assert.Equal(0, _worker.Open);
    }

    [Fact]
    public void A_requester_that_leaves_frees_the_worker()
    {
        Receive(Some.Request(), 0);
        Assert.Equal([new Step.StopGuest(Key)], _worker.Leave(Anna));
        Assert.Empty(_worker.Leave(Some.Id(2)));
    }

    [Fact]
    public void An_output_that_does_not_travel_is_a_failure()
    {
        Receive(Some.Request(), 0);
        var huge = new GuestOutcome.Done(new byte[Message.MaxData + 1], TimeSpan.Zero);
        Assert.Equal(DeclineReason.Failed, Sent<Message.Decline>(_worker.GuestEnded(Key, huge, TimeSpan.FromSeconds(1))).Reason);
    }

    private IReadOnlyList<Step> Receive(Message message, double second) => _worker.Receive(Anna, message, TimeSpan.FromSeconds(second));

    private IReadOnlyList<Step> Tick(double second) => _worker.Tick(TimeSpan.FromSeconds(second));

    private IReadOnlyList<Step> Done(double second) => _worker.GuestEnded(
        Key, new GuestOutcome.Done(new byte[] { 9 }, TimeSpan.FromMilliseconds(5)), TimeSpan.FromSeconds(second));

    private DeclineReason Declined(Message.Request request) => Sent<Message.Decline>(Only(Receive(request, 5))).Reason;

    private static IReadOnlyList<Step> Only(IReadOnlyList<Step> steps) => [Assert.Single(steps)];

    private static T Sent<T>(IReadOnlyList<Step> steps)
        where T : Message => steps.OfType<Step.Send>().Select(send => send.Message).OfType<T>().Single();
}
