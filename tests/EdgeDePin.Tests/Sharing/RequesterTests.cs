using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Tests.Sharing;

public sealed class RequesterTests : IDisposable
{
    private const long Fuel = 5_000_000;
    private static readonly NodeId Anna = Some.Id(1);
    private static readonly NodeId Ben = Some.Id(2);
    private static readonly byte[] Input = [1, 2, 3];
    private static readonly byte[] Right = [9];
    private static readonly byte[] Wrong = [8];
    private static readonly OwnResult Own = new(Digest.Of(Right), Fuel);

    private readonly SharingOptions _options = new()
    {
        Site = Some.Site,
        ChecksOfNewcomer = 0,
        LeastCheckShare = 0,
        CheckFactor = 0,
        ChecksElsewhere = false,
        Epsilon = 0.01,
    };
    private readonly NodeIdentity _self = Some.Identity(9);
    private readonly NeighbourTable _neighbours;
    private readonly NodeLedger _ledger;
    private readonly Requester _requester;

    public RequesterTests()
    {
        _neighbours = new NeighbourTable(_options);
        _ledger = new NodeLedger(_self, Some.Site);
        _requester = new Requester(_options, _self, _neighbours, _ledger, job: 7) { Self = Some.Member() };
        Hear(1);
        Hear(2);
    }

    [Fact]
    public void An_input_follows_the_lease_and_a_lease_on_other_terms_is_refused()
    {
        TaskId task = Submit(out Message.Request request);
        Assert.Equal(Digest.Of(Input), request.InputDigest);
        Assert.Equal(Input, Sent<Message.Input>(Lease(task, request)).Data.ToArray());
        TaskId other = Submit(out Message.Request second);
        IReadOnlyList<Step> steps = Receive(Anna, new Message.Lease(other, TimeSpan.FromSeconds(3), ReceiptClaim.Terms(second with { Price = 99 })), 0);
        Assert.Contains("other terms", Assert.IsType<BorrowOutcome.Refused>(Outcome(steps)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checked_result_is_paid_once_and_its_repetition_gets_the_same_verdict_and_voucher()
    {
        _options.LeastCheckShare = 1;
        TaskId task = Leased(0);
        Assert.IsType<Step.CheckLocally>(Assert.Single(Deliver(task, Right, 1)));
        IReadOnlyList<Step> steps = _requester.CheckEnded(task, Own, TimeSpan.FromSeconds(1));
        BorrowOutcome.Accepted accepted = Assert.IsType<BorrowOutcome.Accepted>(Outcome(steps));
        Assert.True(accepted.Verified);
        // Leased as soon as it was asked, delivered a second later: what is not its run is the way.
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(1)), (accepted.Waited, accepted.RunTime + accepted.Travelled));
        Assert.Equal(Verdict.Accepted, Sent<Message.Judgement>(steps).Verdict);
        // Five million fuel at 10 for a million.
        Assert.Equal(50, steps.OfType<Step.Record>().Select(record => record.Entry).OfType<LedgerEntry.Debit>().Single().Amount);
        Assert.True(IndexOf<Step.Record>(steps) < IndexOf<Step.Send>(steps), "durable before it is told");
        IReadOnlyList<Step> again = Deliver(task, Right, 2);
        Assert.Equal(Verdict.Accepted, Sent<Message.Judgement>(again).Verdict);
        Assert.True(Voucher.TryOpen(Sent<Message.Pay>(again).Voucher, Some.Site, SignatureScheme.Ed25519, out Voucher? voucher));
        Assert.Equal((50, Anna, _self.NodeId), (voucher.Cumulative, voucher.Worker, voucher.Requester));
        Assert.Equal(-50, _ledger.Balance);
    }

    [Fact]
    public void A_believed_result_is_paid_when_enough_later_checks_have_passed()
    {
        TaskId believed = Leased(0);
        IReadOnlyList<Step> steps = Deliver(believed, Right, 0);
        Assert.Equal(Verdict.Provisional, Sent<Message.Judgement>(steps).Verdict);
        BorrowOutcome.Accepted outcome = Assert.IsType<BorrowOutcome.Accepted>(Outcome(steps));
        // f = 0.05 and two later checks: 0.05 / (e · 2).
        Assert.Equal(0.05 / (Math.E * 2), outcome.Bound, tolerance: 1e-4);
        Assert.Equal(0, _ledger.Balance);
        _options.LeastCheckShare = 1;
        Assert.DoesNotContain(Checked(), step => step is Step.Settle);
        Assert.Contains(new Step.Settle(believed), Checked());
        Assert.Equal(-150, _ledger.Balance);
    }

    [Fact]
    public void The_second_lie_about_another_input_bans_and_takes_back_what_was_believed()
    {
        TaskId believed = Leased(0);
        Deliver(believed, Right, 0);
        _options.LeastCheckShare = 1;
        TaskId third = Leased(0, [5]);
        IReadOnlyList<Step> first = Lie(Input);
        Assert.Contains(new Step.TakeBack(believed), first);
        Assert.False(_neighbours.IsBanned(Anna));
        IReadOnlyList<Step> second = Lie([4]);
        Assert.True(_neighbours.IsBanned(Anna));
        Assert.Contains(second, step => step is Step.Conclude conclude && conclude.Task == third);
        Assert.Contains(second, step => step is Step.Send { Message: Message.Cancel cancel } && cancel.Task == third);
        Assert.Equal(0, _ledger.Balance);
        IReadOnlyList<Step> refused = _requester.Submit(What(Input), Anna, TimeSpan.FromSeconds(1), out _);
        Assert.Contains("Banned", Assert.IsType<BorrowOutcome.Refused>(Outcome(refused)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_runs_at_another_neighbour_and_when_the_two_differ_this_node_finds_out_who_lied()
    {
        (_options.LeastCheckShare, _options.ChecksElsewhere) = (1, true);
        TaskId task = Leased(0);
        Message.Request check = Sent<Message.Request>(Deliver(task, Right, 0));
        Assert.Equal(Ben, _requester.Find(check.Task)!.Worker);
        Receive(Ben, new Message.Lease(check.Task, TimeSpan.FromSeconds(3), ReceiptClaim.Terms(check)), 0);
        Assert.IsType<Step.CheckLocally>(Assert.Single(Deliver(check.Task, Wrong, 1, worker: 2)));
        IReadOnlyList<Step> steps = _requester.CheckEnded(task, Own, TimeSpan.FromSeconds(2));
        Assert.Equal(1, _neighbours.Find(Ben)!.Trust.Failed);
        Assert.Equal(1, _neighbours.Find(Anna)!.Trust.Passed);
        Assert.True(Assert.IsType<BorrowOutcome.Accepted>(Outcome(steps)).Verified);
        Assert.Equal(0, _requester.Open);
    }

    [Fact]
    public void A_newcomer_works_for_half_and_all_of_it_is_checked()
    {
        (_options.ChecksOfNewcomer, _options.CheckFactor) = (10, 0);
        var checks = new List<bool>();
        for (int number = 0; number < 12; number++)
        {
            TaskId task = Submit(out Message.Request request);
            Assert.Equal(number < 10 ? (5, true) : (10, false), (request.Price, request.Newcomer));
            Lease(task, request);
            checks.Add(Deliver(task, Right, 0).Any(step => step is Step.CheckLocally));
            _requester.CheckEnded(task, Own, TimeSpan.Zero);
        }

        Assert.Equal([true, true, true, true, true, true, true, true, true, true, false, false], checks);
    }

    [Theory]
    [InlineData(0, 1_000_000, 10)]
    [InlineData(0, 900_000_000, 50)]
    [InlineData(10, 900_000_000, 0)]
    public void Progress_of_a_race_that_was_lost_is_paid_up_to_the_winners_fuel_and_not_to_newcomers(int checks, long reported, long paid)
    {
        _options.ChecksOfNewcomer = checks;
        TaskId task = Leased(0);
        Receive(Anna, new Message.Progress(task, reported), 1);
        _requester.Cancel(task, TimeSpan.FromSeconds(1), raced: Fuel);
        Assert.Equal(-paid, _ledger.Balance);
    }

    [Fact]
    public void What_nobody_asked_for_is_unsolicited()
    {
        TaskId task = Leased(0);
        Assert.Equal(Verdict.Unsolicited, Sent<Message.Judgement>(Deliver(task, Right, 1, worker: 2)).Verdict);
        Assert.Equal(Verdict.Unsolicited, Sent<Message.Judgement>(Deliver(task.Next, Right, 1)).Verdict);
        Assert.Equal(1, _requester.Open);
    }

    // The lease holds for 3 s after the last word; the last instant is in time.
    [Theory]
    [InlineData(3.0, Verdict.Provisional)]
    [InlineData(3.001, Verdict.TooLate)]
    public void A_result_after_the_lease_is_too_late(double second, Verdict verdict)
    {
        TaskId task = Leased(0);
        Assert.Equal(verdict, Sent<Message.Judgement>(Deliver(task, Right, second)).Verdict);
        Assert.Equal(verdict, Sent<Message.Judgement>(Deliver(task, Right, second)).Verdict);
    }

    [Fact]
    public void Progress_extends_the_lease_until_the_task_has_had_its_time()
    {
        TaskId task = Leased(0);
        for (double second = 0.5; second < 10; second += 0.5)
        {
            Assert.Equal([new Step.Burnt(task, 1)], Receive(Anna, new Message.Progress(task, 1), second));
            Assert.Empty(Tick(second));
        }

        Assert.Contains("took longer than 00:00:10", Assert.IsType<BorrowOutcome.Lost>(Outcome(Tick(10.1))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_is_not_answered_is_repeated_and_then_the_worker_is_given_up()
    {
        TaskId task = Submit(out _);
        Assert.Empty(Tick(0.9));
        Assert.Equal(task, Sent<Message.Request>(Tick(1)).Task);
        Assert.Single(Tick(2));
        Assert.IsType<BorrowOutcome.Lost>(Outcome(Tick(3.1)));
        Assert.Empty(Tick(4));
    }

    [Fact]
    public void A_worker_that_leaves_loses_its_tasks_at_once_but_not_those_in_check()
    {
        _options.LeastCheckShare = 1;
        TaskId first = Leased(0), second = Leased(0);
        Assert.IsType<Step.CheckLocally>(Assert.Single(Deliver(first, Right, 1)));
        Assert.Equal(second, Assert.IsType<Step.Conclude>(Assert.Single(_requester.Leave(Anna, TimeSpan.FromSeconds(1)))).Task);
        Assert.True(Assert.IsType<BorrowOutcome.Accepted>(Outcome(_requester.CheckEnded(first, Own, TimeSpan.FromSeconds(1)))).Verified);
    }

    [Fact]
    public void A_receipt_without_its_commitment_or_with_anothers_signature_is_a_mismatch_without_any_check()
    {
        TaskId uncommitted = Leased(0);
        Assert.Equal(Verdict.Mismatch, Sent<Message.Judgement>(Receive(Anna, Receipt(uncommitted, Right), 1)).Verdict);
        TaskId forged = Leased(0, [7]);
        Receive(Anna, Commit(forged, Right), 1);
        Message.Receipt receipt = Some.Receipt([7], Right, worker: 2, requester: 9, forged);
        Assert.Equal(Verdict.Mismatch, Sent<Message.Judgement>(Receive(Anna, receipt, 1)).Verdict);
    }

    [Fact]
    public void Whoever_changes_its_mind_after_the_commitment_is_found_out()
    {
        TaskId task = Leased(0);
        Receive(Anna, Commit(task, Wrong), 1);
        Assert.Equal(Verdict.Mismatch, Sent<Message.Judgement>(Deliver(task, Right, 1)).Verdict);
    }

    [Fact]
    public void Fuel_that_the_check_does_not_burn_is_a_lie_too()
    {
        _options.LeastCheckShare = 1;
        TaskId task = Leased(0);
        Deliver(task, Right, 1);
        IReadOnlyList<Step> steps = _requester.CheckEnded(task, Own with { Fuel = Fuel - 1 }, TimeSpan.FromSeconds(1));
        Assert.Equal(Verdict.Mismatch, Sent<Message.Judgement>(steps).Verdict);
    }

    [Fact]
    public void A_check_that_cannot_be_made_accepts_nothing()
    {
        _options.LeastCheckShare = 1;
        TaskId task = Leased(0);
        Deliver(task, Right, 1);
        Assert.IsType<BorrowOutcome.Refused>(Outcome(_requester.CheckEnded(task, own: null, TimeSpan.FromSeconds(1))));
        Assert.False(_neighbours.IsBanned(Anna));
    }

    [Theory]
    [InlineData(DataClass.LocalOnly, "", "", "never leaves")]
    [InlineData(DataClass.Owner, "", "", "stays with its owner")]
    [InlineData(DataClass.Public, "", "us", "stands in 'eu/fr'")]
    [InlineData(DataClass.Public, "war", "", "does not work for")]
    [InlineData(DataClass.Site, "research", "eu", null)]
    public void Class_purpose_and_region_are_hard(DataClass dataClass, string purpose, string region, string? why)
    {
        _neighbours.Find(Anna)!.Member = Some.Member("ben");
        Assignment what = What(Input) with { Policy = new TaskPolicy(dataClass, purpose, region, TimeSpan.FromDays(1)) };
        string? reason = _requester.WhyNot(what, Anna, TimeSpan.Zero);
        Assert.True(why is null ? reason is null : reason!.Contains(why, StringComparison.Ordinal), reason);
    }

    public void Dispose() => _self.Dispose();

    private Assignment What(byte[] input) => Assignment.Of(Some.Kind, input, TimeSpan.FromSeconds(1), _options) with
    {
        Policy = new TaskPolicy(DataClass.Public, "research", "", TimeSpan.FromDays(1)),
    };

    private IReadOnlyList<Step> Lie(byte[] input)
    {
        TaskId task = Leased(0, input);
        Receive(Anna, Commit(task, Wrong), 1);
        Receive(Anna, Some.Receipt(input, Wrong, 1, 9, task), 1);
        return _requester.CheckEnded(task, Own, TimeSpan.FromSeconds(1));
    }

    private IReadOnlyList<Step> Checked()
    {
        TaskId task = Leased(0);
        Deliver(task, Right, 0);
        return _requester.CheckEnded(task, Own, TimeSpan.Zero);
    }

    private void Hear(int node)
    {
        _neighbours.Hear(Some.Id(node), Some.Offer(), 1, Some.At(0), Some.Member());
        _neighbours.Find(Some.Id(node))!.PublicKey = Some.Identity(node).PublicKey;
    }

    private TaskId Submit(out Message.Request request, byte[]? input = null)
    {
        IReadOnlyList<Step> steps = _requester.Submit(What(input ?? Input), Anna, TimeSpan.Zero, out TaskId task);
        request = Sent<Message.Request>(steps);
        return task;
    }

    private TaskId Leased(double second, byte[]? input = null)
    {
        TaskId task = Submit(out Message.Request request, input);
        Receive(Anna, new Message.Lease(task, TimeSpan.FromSeconds(3), ReceiptClaim.Terms(request)), second);
        return task;
    }

    private IReadOnlyList<Step> Lease(TaskId task, Message.Request request) =>
        Receive(Anna, new Message.Lease(task, TimeSpan.FromSeconds(3), ReceiptClaim.Terms(request)), 0);

    private IReadOnlyList<Step> Deliver(TaskId task, byte[] output, double second, int worker = 1)
    {
        Receive(Some.Id(worker), Commit(task, output, worker), second);
        return Receive(Some.Id(worker), Some.Receipt(Input, output, worker, 9, task), second);
    }

    private static Message.Receipt Receipt(TaskId task, byte[] output) => Some.Receipt(Input, output, 1, 9, task);

    private static Message.Commit Commit(TaskId task, byte[] output, int worker = 1) => new(
        task, ReceiptClaim.Commitment(task, Digest.Of(output)), ReceiptClaim.Seal(Some.Id(worker), task, Digest.Of(output)));

    private IReadOnlyList<Step> Receive(NodeId from, Message message, double second) =>
        _requester.Receive(from, message, TimeSpan.FromSeconds(second));

    private IReadOnlyList<Step> Tick(double second) => _requester.Tick(TimeSpan.FromSeconds(second));

    private static BorrowOutcome? Outcome(IReadOnlyList<Step> steps) => steps.OfType<Step.Conclude>().SingleOrDefault()?.Outcome;

    private static T Sent<T>(IReadOnlyList<Step> steps)
        where T : Message => steps.OfType<Step.Send>().Select(send => send.Message).OfType<T>().Single();

    private static int IndexOf<T>(IReadOnlyList<Step> steps) => steps.ToList().FindIndex(step => step is T);
}
