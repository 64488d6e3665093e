using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Tests.Sharing;

public sealed class RequesterTests
{
    private static readonly NodeId Anna = Some.Id(1);
    private static readonly NodeId Ben = Some.Id(2);
    private static readonly byte[] Input = [1, 2, 3];
    private static readonly byte[] Right = [9];
    private static readonly byte[] Wrong = [8];

    private readonly SharingOptions _options = new() { ChecksOfNewcomer = 0, CheckShare = 0 };
    private readonly NeighbourTable _neighbours;
    private readonly Requester _requester;

    public RequesterTests()
    {
        _neighbours = new NeighbourTable(_options);
        _requester = new Requester(_options, _neighbours, job: 7, new Random(1));
        Hear(Anna, 0);
        Hear(Ben, 0);
    }

    [Fact]
    public void A_result_is_accepted_once_and_its_repetition_gets_the_same_verdict()
    {
        TaskId task = Submit(0);
        Assert.Equal([Verdict.Accepted], Verdicts(Receive(Anna, Receipt(task, Right), 1), out BorrowOutcome? outcome));
        Assert.IsType<BorrowOutcome.Accepted>(outcome);
        Assert.Equal([Verdict.Accepted], Verdicts(Receive(Anna, Receipt(task, Right), 2), out outcome));
        Assert.Null(outcome);
    }

    [Fact]
    public void What_nobody_asked_for_is_unsolicited()
    {
        TaskId task = Submit(0);
        Assert.Equal([Verdict.Unsolicited], Verdicts(Receive(Ben, Receipt(task, Right), 1), out _));
        Assert.Equal([Verdict.Unsolicited], Verdicts(Receive(Anna, Receipt(task.Next, Right), 1), out _));
        Assert.Equal(1, _requester.Open);
    }

    // The lease holds for 3 s after the last word; the last instant is in time.
    [Theory]
    [InlineData(3.0, Verdict.Accepted)]
    [InlineData(3.001, Verdict.TooLate)]
    public void A_result_after_the_lease_is_too_late(double second, Verdict verdict)
    {
        TaskId task = Submit(0);
        Assert.Contains(verdict, Verdicts(Receive(Anna, Receipt(task, Right), second), out BorrowOutcome? outcome));
        Assert.Equal(verdict == Verdict.Accepted, outcome is BorrowOutcome.Accepted);
        Assert.Equal([verdict], Verdicts(Receive(Anna, Receipt(task, Right), second), out outcome));
        Assert.Null(outcome);
    }

    [Fact]
    public void Progress_extends_the_lease_until_the_task_has_had_its_time()
    {
        TaskId task = Submit(0);
        for (double second = 0.5; second < 10; second += 0.5)
        {
            Assert.Empty(Receive(Anna, new Message.Progress(task), second));
            Assert.Empty(Tick(second));
        }

        Assert.Contains("took longer than 00:00:10", Assert.IsType<BorrowOutcome.Lost>(Outcome(Tick(10.1))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_is_not_answered_is_repeated_and_then_the_worker_is_given_up()
    {
        TaskId task = Submit(0);
        Assert.Empty(Tick(0.9));
        Assert.Equal(task, Assert.IsType<Message.Request>(Assert.IsType<Step.Send>(Assert.Single(Tick(1))).Message).Task);
        Assert.Single(Tick(2));
        Assert.IsType<BorrowOutcome.Lost>(Outcome(Tick(3.1)));
        Assert.Empty(Tick(4));
    }

    [Fact]
    public void A_worker_that_leaves_loses_its_tasks_at_once_but_not_those_in_check()
    {
        _options.CheckShare = 1;
        TaskId first = Submit(0), second = Submit(0);
        Assert.IsType<Step.CheckLocally>(Assert.Single(Receive(Anna, Receipt(first, Right), 1)));
        Assert.Equal(second, Assert.IsType<Step.Conclude>(Assert.Single(_requester.Leave(Anna))).Task);
        Verdicts(_requester.CheckEnded(first, Digest.Of(Right)), out BorrowOutcome? outcome);
        Assert.True(Assert.IsType<BorrowOutcome.Accepted>(outcome).Verified);
    }

    [Fact]
    public void A_receipt_that_does_not_fit_its_request_is_a_mismatch_without_any_check()
    {
        TaskId task = Submit(0);
        Message.Receipt receipt = Receipt(task, Right) with { OutputDigest = Digest.Of(Wrong) };
        Assert.Equal([Verdict.Mismatch], Verdicts(Receive(Anna, receipt, 1), out BorrowOutcome? outcome));
        Assert.IsType<BorrowOutcome.Refused>(outcome);
    }

    [Fact]
    public void The_second_lie_about_another_input_bans_and_takes_everything_back()
    {
        _options.CheckShare = 1;
        TaskId first = Submit(0), other = Submit(0, [4]), third = Submit(0, [5]);
        Lie(first, Input);
        Assert.False(_neighbours.IsBanned(Anna));
        IReadOnlyList<Step> steps = Lie(other, [4]);
        Assert.True(_neighbours.IsBanned(Anna));
        Assert.Contains(steps, step => step is Step.Conclude conclude && conclude.Task == third);
        Assert.Contains(steps, step => step is Step.Send { Message: Message.Cancel cancel } && cancel.Task == third);
        IReadOnlyList<Step> refused = _requester.Submit(Some.Kind, Input, Anna, TimeSpan.Zero, TimeSpan.FromSeconds(1), out _);
        Assert.Contains("Banned", Assert.IsType<BorrowOutcome.Refused>(Outcome(refused)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_of_the_first_results_is_checked_and_then_about_the_share()
    {
        _options.ChecksOfNewcomer = 10;
        _options.CheckShare = 0.2;
        List<bool> checks = [];
        for (int number = 0; number < 510; number++)
        {
            TaskId task = Submit(0);
            checks.Add(Receive(Anna, Receipt(task, Right), 1).Any(step => step is Step.CheckLocally));
            _requester.CheckEnded(task, Digest.Of(Right));
        }

        Assert.All(checks.Take(10), Assert.True);
        // 500 draws of 0.2: four standard deviations are 36.
        Assert.InRange(checks.Skip(10).Count(check => check), 64, 136);
    }

    [Fact]
    public void A_check_that_cannot_be_made_accepts_nothing()
    {
        _options.CheckShare = 1;
        TaskId task = Submit(0);
        Receive(Anna, Receipt(task, Right), 1);
        Assert.IsType<BorrowOutcome.Refused>(Outcome(_requester.CheckEnded(task, digest: null)));
        Assert.False(_neighbours.IsBanned(Anna));
    }

    private IReadOnlyList<Step> Lie(TaskId task, byte[] input)
    {
        Receive(Anna, Receipt(task, Wrong) with { InputDigest = Digest.Of(input) }, 1);
        return _requester.CheckEnded(task, Digest.Of(Right));
    }

    private void Hear(NodeId node, double second) => _neighbours.Hear(node, Some.Offer(), 1, Some.At(second));

    private TaskId Submit(double second, byte[]? input = null)
    {
        _requester.Submit(Some.Kind, input ?? Input, Anna, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(second), out TaskId task);
        return task;
    }

    private IReadOnlyList<Step> Receive(NodeId from, Message message, double second) =>
        _requester.Receive(from, message, TimeSpan.FromSeconds(second));

    private IReadOnlyList<Step> Tick(double second) => _requester.Tick(TimeSpan.FromSeconds(second));

    private static Message.Receipt Receipt(TaskId task, byte[] output) => Some.Receipt(Input, output) with { Task = task };

    private static BorrowOutcome? Outcome(IReadOnlyList<Step> steps) => steps.OfType<Step.Conclude>().SingleOrDefault()?.Outcome;

    private static Verdict[] Verdicts(IReadOnlyList<Step> steps, out BorrowOutcome? outcome)
    {
        outcome = Outcome(steps);
        return [.. steps.OfType<Step.Send>().Select(send => send.Message).OfType<Message.Judgement>().Select(judgement => judgement.Verdict)];
    }
}
