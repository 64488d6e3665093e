using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Tests.Sharing;

public sealed class WorkerTests : IDisposable
{
    private static readonly NodeId Anna = Some.Id(1);
    private static readonly GuestKey Key = new(Anna, Some.Task);

    private readonly SharingOptions _options = new() { Site = Some.Site, MaxGuests = 2, Price = 10, PairLimit = 100 };
    private readonly NodeIdentity _self = Some.Identity(2);
    private readonly NodeIdentity _anna = Some.Identity(1);
    private readonly NodeLedger _ledger;
    private readonly NeighbourTable _neighbours;
    private readonly Worker _worker;

    public WorkerTests()
    {
        _neighbours = new NeighbourTable(_options);
        _neighbours.Hear(Anna, Some.Offer(), 1, Some.At(0), Some.Member());
        _ledger = new NodeLedger(_self, Some.Site);
        _worker = new Worker(_options, _self, _neighbours, _ledger) { Self = Some.Member(), Offer = () => Some.Offer() with { Purposes = [] } };
    }

    [Fact]
    public void A_request_is_leased_run_and_committed_to()
    {
        Assert.Equal(ReceiptClaim.Terms(Some.Request()), Sent<Message.Lease>(Receive(Some.Request(), 0)).Terms);
        Assert.Equal(Key, Assert.IsType<Step.StartGuest>(Assert.Single(Receive(Input(), 0))).Guest.Key);
        IReadOnlyList<Step> steps = Done(1);
        Message.Commit commit = Assert.IsType<Message.Commit>(Assert.IsType<Step.Send>(steps[0]).Message);
        Message.Receipt receipt = Sent<Message.Receipt>(steps);
        Assert.Equal(ReceiptClaim.Commitment(Some.Task, receipt.OutputDigest), commit.Commitment);
        Assert.Equal(1, _worker.Open);
        Receive(Judged(Verdict.Accepted), 1.1);
        Assert.Equal(0, _worker.Open);
    }

    [Fact]
    public void A_repeated_request_is_answered_by_what_is_known_and_never_run_again()
    {
        Receive(Some.Request(), 0);
        Sent<Message.Lease>(Receive(Some.Request(), 0.5));
        Receive(Input(), 0.6);
        Assert.Empty(Receive(Input(), 0.7));
        Done(1);
        Sent<Message.Receipt>(Receive(Some.Request(), 2));
        Receive(Judged(Verdict.Accepted), 2);
        Sent<Message.Receipt>(Receive(Some.Request(), 3));
        Assert.Equal(DeclineReason.Spent, Declined(Some.Request([7])));
    }

    [Fact]
    public void What_it_will_not_run_is_declined_with_the_reason()
    {
        Message.Request request = Some.Request();
        Assert.Equal(DeclineReason.UnknownKind, Declined(request with { Kind = new TaskKind("mining", 1) }));
        Assert.Equal(DeclineReason.Price, Declined(request with { Price = 9 }));
        Assert.Equal(DeclineReason.Policy, Declined(request with { Policy = TaskPolicy.Public with { Class = DataClass.LocalOnly } }));
        Assert.Equal(DeclineReason.Policy, Declined(request with { Policy = TaskPolicy.Public with { Region = "us" } }));
        _worker.Slots = 0;
        Assert.Equal(DeclineReason.Busy, Declined(request));
        Assert.Equal(DeclineReason.Unwelcome, Sent<Message.Decline>(_worker.Receive(Some.Id(5), request, TimeSpan.Zero)).Reason);
        _worker.Slots = 2;
        Receive(request, 0);
        Assert.Equal(DeclineReason.BadInput, Sent<Message.Decline>(Receive(new Message.Input(Some.Task, new byte[] { 3, 2, 1 }), 0)).Reason);
    }

    [Fact]
    public void A_newcomer_may_be_offered_half_and_no_less()
    {
        Assert.Equal(DeclineReason.Price, Declined(Some.Request() with { Price = 4, Newcomer = true }));
        Sent<Message.Lease>(Receive(Some.Request() with { Price = 5, Newcomer = true }, 0));
    }

    [Fact]
    public void A_request_that_may_wait_is_leased_when_a_slot_is_free()
    {
        _worker.Slots = 1;
        Receive(Some.Request(), 0);
        Message.Request waiting = Some.Request() with { Task = Some.Task.Next, Patience = TimeSpan.FromSeconds(5) };
        Assert.Empty(Receive(waiting, 0));
        Receive(Input(), 0);
        Assert.Equal(Some.Task.Next, Sent<Message.Lease>(Done(1)).Task);
    }

    [Fact]
    public void Whoever_owes_too_much_gets_nothing_more_until_it_has_paid()
    {
        foreach (uint number in new uint[] { 1, 2, 3 })
        {
            TaskId task = Some.Task with { Task = 10 + number };
            Receive(Some.Request() with { Task = task }, 0);
            Receive(new Message.Input(task, new byte[] { 1, 2, 3 }), 0);
            _worker.GuestEnded(new GuestKey(Anna, task), new GuestOutcome.Done(new byte[] { 9 }, TimeSpan.Zero, 5_000_000), TimeSpan.Zero);
            Receive(new Message.Judgement(task, Verdict.Provisional, new byte[32]), 0);
        }

        Assert.Equal(DeclineReason.OverLimit, Declined(Some.Request()));
        byte[] voucher = Voucher.Seal(_anna, Some.Site, _self.NodeId, 3, 150);
        Assert.IsType<Step.Record>(Receive(new Message.Pay(voucher), 1)[0]);
        Assert.Equal(150, Sent<Message.Booked>([Assert.Single(Receive(new Message.Pay(voucher), 1))]).Cumulative);
        Assert.Equal(150, _ledger.Balance);
        Sent<Message.Lease>(Receive(Some.Request(), 2));
    }

    [Fact]
    public void Whoever_finds_every_result_wrong_is_let_off_for_five_and_owes_the_rest()
    {
        uint delivered = 0;
        while (delivered < 20 && Receive(Some.Request() with { Task = Some.Task with { Task = 10 + delivered } }, 0)
            is [Step.Send { Message: Message.Lease lease }])
        {
            Receive(new Message.Input(lease.Task, new byte[] { 1, 2, 3 }), 0);
            _worker.GuestEnded(new GuestKey(Anna, lease.Task), new GuestOutcome.Done(new byte[] { 9 }, TimeSpan.Zero, 5_000_000), TimeSpan.Zero);
            Receive(new Message.Judgement(lease.Task, Verdict.Mismatch, new byte[] { 7 }), 0);
            delivered++;
        }

        // Each is worth 50; beyond 100 nothing more is lent.
        Assert.Equal((8u, 150L), (delivered, _neighbours.Find(Anna)!.Delivered));
        Assert.Equal(0, _worker.Refused(Refusal.OtherNonce));
    }

    [Fact]
    public void A_verdict_with_another_nonce_is_counted_and_lets_nobody_off()
    {
        Receive(Some.Request(), 0);
        Receive(Input(), 0);
        Done(1);
        Receive(Judged(Verdict.Mismatch), 1);
        Assert.Equal((1, 50), (_worker.Refused(Refusal.OtherNonce), _neighbours.Find(Anna)!.Delivered));
    }

    [Fact]
    public void A_voucher_of_somebody_else_or_for_somebody_else_is_worth_nothing()
    {
        foreach (byte[] voucher in new[]
        {
            Voucher.Seal(_self, Some.Site, _self.NodeId, 1, 99),
            Voucher.Seal(_anna, Some.Site, Some.Id(3), 1, 99),
            Voucher.Seal(_anna, "street-8", _self.NodeId, 1, 99),
        })
        {
            Assert.Equal(0, Sent<Message.Booked>(Receive(new Message.Pay(voucher), 0)).Cumulative);
        }

        Assert.Equal(0, _ledger.Balance);
    }

    // PairLimit is 100, and nothing was delivered.
    [Theory]
    [InlineData(100, 100, 0)]
    [InlineData(101, 0, 1)]
    [InlineData(1L << 53, 0, 1)]
    [InlineData(long.MaxValue, 0, 0)]
    public void A_voucher_beyond_what_can_be_owed_is_counted_and_not_booked(long cumulative, long booked, long refused)
    {
        byte[] voucher = Voucher.Seal(_anna, Some.Site, _self.NodeId, 1, cumulative);
        Assert.Equal(booked, Sent<Message.Booked>(Receive(new Message.Pay(voucher), 0)).Cumulative);
        Assert.Equal((booked, refused), (_ledger.Balance, _worker.Refused(Refusal.VoucherBeyondWork)));
    }

    [Fact]
    public void A_log_in_which_such_a_voucher_was_booked_still_starts()
    {
        byte[] voucher = Voucher.Seal(_anna, Some.Site, _self.NodeId, 1, long.MaxValue);
        LedgerEntry[] log = [new LedgerEntry.Credit(0, Anna, long.MaxValue, voucher), new LedgerEntry.Credit(1, Some.Id(3), 70, voucher)];
        var participant = new Participant(_options, _self, [Some.Kind], new Random(1), log: log);
        Assert.Equal((70, 0, 70), (participant.Counters.Balance, participant.Neighbours.Find(Anna)!.Delivered, participant.Neighbours.Find(Some.Id(3))!.Delivered));
        Assert.Equal(70, LedgerAudit.Of(_self.NodeId, Some.Site, log).Balance);
    }

    [Fact]
    public void Progress_is_reported_every_second()
    {
        Receive(Some.Request(), 0);
        Receive(Input(), 0);
        int reports = Enumerable.Range(1, 20).Sum(quarter => Tick(quarter * 0.25).Count);
        Assert.Equal(5, reports);
    }

    [Fact]
    public void A_lease_whose_input_does_not_come_is_asked_for_again_and_then_ends()
    {
        Receive(Some.Request(), 0);
        Sent<Message.Lease>(Tick(1));
        Assert.Equal(DeclineReason.NoInput, Sent<Message.Decline>(Tick(3.1)).Reason);
        Assert.Equal((2, 0), (_worker.FreeSlots, _worker.Open));
    }

    [Fact]
    public void A_guest_that_outstays_its_time_is_stopped_and_keeps_its_slot_until_it_has()
    {
        Receive(Some.Request(), 0);
        Receive(Input(), 0);
        IReadOnlyList<Step> steps = Tick(10.1);
        Assert.Equal(DeclineReason.TookTooLong, Sent<Message.Decline>(steps).Reason);
        Assert.Contains(new Step.StopGuest(Key), steps);
        Assert.Equal(1, _worker.FreeSlots);
        Assert.Empty(Done(10.2));
        Assert.Equal((2, 0), (_worker.FreeSlots, _worker.Open));
    }

    [Fact]
    public void A_host_that_wants_its_machine_back_hands_everything_back_at_once()
    {
        Receive(Some.Request(), 0);
        Receive(Input(), 0);
        Receive(Some.Request() with { Task = Some.Task.Next }, 0);
        IReadOnlyList<Step> steps = _worker.HandBack("it is hot", TimeSpan.FromSeconds(1));
        Assert.All(
            steps.OfType<Step.Send>().Select(send => Assert.IsType<Message.Decline>(send.Message)),
            decline => Assert.Equal((DeclineReason.Withdrawn, "it is hot"), (decline.Reason, decline.Detail)));
        Assert.Contains(new Step.StopGuest(Key), steps);
    }

    [Fact]
    public void A_cancelled_attempt_is_stopped_and_not_taken_up_again()
    {
        Receive(Some.Request(), 0);
        Receive(Input(), 0);
        Assert.Equal([new Step.StopGuest(Key)], Receive(new Message.Cancel(Some.Task), 1));
        Assert.Empty(Receive(new Message.Cancel(Some.Task), 1));
        Assert.Empty(_worker.GuestEnded(Key, new GuestOutcome.Declined("stopped"), TimeSpan.FromSeconds(1)));
        Assert.Equal(DeclineReason.Spent, Declined(Some.Request()));
    }

    [Fact]
    public void A_receipt_is_repeated_five_times_at_most_and_then_the_lease_ends()
    {
        Receive(Some.Request(), 0);
        Receive(Input(), 0);
        int sent = Receipts(Done(1)) + Enumerable.Range(2, 60).Sum(second => Receipts(Tick(second)));
        Assert.Equal(5, sent);
        Assert.Equal(0, _worker.Open);
    }

    [Fact]
    public void A_requester_that_leaves_frees_the_worker()
    {
        Receive(Some.Request(), 0);
        Receive(Input(), 0);
        Assert.Equal([new Step.StopGuest(Key)], _worker.Leave(Anna, TimeSpan.Zero));
        Assert.Empty(_worker.Leave(Some.Id(2), TimeSpan.Zero));
    }

    [Theory]
    [InlineData(Message.MaxData + 1, 1)]
    [InlineData(1, 1_000_000_001)]
    public void An_output_or_fuel_beyond_the_limit_is_a_failure(int bytes, long fuel)
    {
        Receive(Some.Request(), 0);
        Receive(Input(), 0);
        var huge = new GuestOutcome.Done(new byte[bytes], TimeSpan.Zero, fuel);
        Assert.Equal(DeclineReason.Failed, Sent<Message.Decline>(_worker.GuestEnded(Key, huge, TimeSpan.FromSeconds(1))).Reason);
    }

    public void Dispose()
    {
        _self.Dispose();
        _anna.Dispose();
    }

    private static Message.Input Input() => new(Some.Task, new byte[] { 1, 2, 3 });

    private static Message.Judgement Judged(Verdict verdict) => new(Some.Task, verdict, new byte[32]);

    private IReadOnlyList<Step> Receive(Message message, double second) => _worker.Receive(Anna, message, TimeSpan.FromSeconds(second));

    private IReadOnlyList<Step> Tick(double second) => _worker.Tick(TimeSpan.FromSeconds(second));

    private IReadOnlyList<Step> Done(double second) => _worker.GuestEnded(
        Key, new GuestOutcome.Done(new byte[] { 9 }, TimeSpan.FromMilliseconds(5), 5_000_000), TimeSpan.FromSeconds(second));

    private DeclineReason Declined(Message.Request request) => Sent<Message.Decline>(Receive(request, 5)).Reason;

    private static int Receipts(IReadOnlyList<Step> steps) => steps.Count(step => step is Step.Send { Message: Message.Receipt });

    private static T Sent<T>(IReadOnlyList<Step> steps)
        where T : Message => steps.OfType<Step.Send>().Select(send => send.Message).OfType<T>().Single();
}
