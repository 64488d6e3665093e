using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Sharing;

/// <summary>What whoever gave a task away hears of it after the first answer.</summary>
public sealed class CallersTests
{
    private static readonly TaskId First = new(7, 3, 1);
    private static readonly TaskId Second = new(7, 3, 2);

    private readonly Callers _callers = new(7, NullLogger.Instance);
    private readonly List<JobNews> _news = [];

    [Fact]
    public async Task A_result_that_is_taken_back_is_replaced_for_its_caller_and_then_final()
    {
        LoopEvent.Job job = Submit();
        Tell(new Step.Leased(First, Some.Id(2)), new Step.Burnt(First, 500), new Step.Answer(3, Result([6], verified: false)));
        Assert.Equal([6], Assert.IsType<BorrowOutcome.Accepted>(await job.Result.Task).Output.ToArray());
        Tell(new Step.TakeBack(First), new Step.Answer(3, Result([9], verified: false)), new Step.Settle(Second), new Step.TakeBack(Second));
        Assert.Equal(
            [new JobNews.Leased(Some.Id(2)), new JobNews.Progress(500), new JobNews.TakenBack()], _news.Take(3));
        Assert.Equal([9], Assert.IsType<JobNews.Corrected>(_news[3]).Result.Output.ToArray());
        Assert.IsType<JobNews.Final>(_news[4]);
        Assert.Equal(5, _news.Count);
    }

    [Fact]
    public async Task Results_of_an_earlier_start_are_not_taken_for_those_of_a_task_with_the_same_number()
    {
        LoopEvent.Job job = Submit();
        Tell(new Step.Answer(3, Result([6], verified: false)), new Step.Settle(new TaskId(6, 3, 1)), new Step.TakeBack(new TaskId(6, 3, 1)));
        Assert.IsType<BorrowOutcome.Accepted>(await job.Result.Task);
        Assert.Empty(_news);
        Tell(new Step.TakeBack(First));
        Assert.Equal([new JobNews.TakenBack()], _news);
    }

    [Fact]
    public void A_task_whose_worker_brought_no_result_waits_again_and_its_caller_hears_it()
    {
        Submit();
        Tell(new Step.Leased(First, Some.Id(2)), new Step.Returned(First, Some.Id(2)));
        Assert.Equal([new JobNews.Leased(Some.Id(2)), new JobNews.Returned(Some.Id(2))], _news);
    }

    [Fact]
    public async Task A_result_that_is_taken_back_and_fails_ever_after_is_said_to_be_given_up()
    {
        LoopEvent.Job job = Submit();
        Tell(new Step.Answer(3, Result([6], verified: false)), new Step.TakeBack(First), new Step.GiveUp(3, "it failed 5 times"));
        Assert.IsType<BorrowOutcome.Accepted>(await job.Result.Task);
        Assert.Equal([new JobNews.TakenBack(), new JobNews.GivenUp("it failed 5 times")], _news);
    }

    [Fact]
    public async Task A_result_that_was_checked_is_the_last_word()
    {
        LoopEvent.Job job = Submit();
        Tell(new Step.Answer(3, Result([6], verified: true)), new Step.TakeBack(First), new Step.Settle(First));
        Assert.True(Assert.IsType<BorrowOutcome.Accepted>(await job.Result.Task).Verified);
        Assert.Empty(_news);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_single_task_that_was_answered_on_trust_says_whether_its_result_holds(bool holds)
    {
        var borrow = new LoopEvent.Borrow(Some.Kind, new byte[] { 1 }, Some.Id(2), TimeSpan.FromSeconds(1));
        _callers.Add(First, borrow);
        Tell(new Step.Conclude(First, Result([6], verified: false)));
        Task<bool> final = Assert.IsType<BorrowOutcome.Accepted>(await borrow.Outcome.Task).Final!;
        Assert.False(final.IsCompleted);
        Tell(holds ? new Step.Settle(First) : new Step.TakeBack(First));
        Assert.Equal(holds, await final.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    private static BorrowOutcome.Accepted Result(byte[] output, bool verified) => new(output, TimeSpan.FromSeconds(1), verified, Bound: 1e-3);

    private LoopEvent.Job Submit()
    {
        var job = new LoopEvent.Job(Assignment.Of(Some.Kind, new byte[] { 1 }, TimeSpan.FromSeconds(1), new SharingOptions())) { Told = _news.Add };
        _callers.Add(3, job);
        return job;
    }

    private void Tell(params Step[] steps) => Array.ForEach(steps, _callers.Tell);
}
