using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Sharing;

/// <summary>
/// Who waits for which task of ours. Whoever was answered on trust is kept until the result is final or taken back, and hears
/// which of the two. Told on the loop's thread.
/// </summary>
/// <param name="start">The first part of the names of tasks of this start; results of earlier ones have nobody who waits.</param>
internal sealed class Callers(ulong start, ILogger log)
{
    /// <summary>Results of single tasks that are followed until they are final; later ones are not, and say so by having no fate.</summary>
    public const int MaxOnTrust = 8_192;

    private static readonly BorrowOutcome.Lost HasEnded = new("sharing has ended");

    private readonly Dictionary<TaskId, LoopEvent.Borrow> _borrowing = [];
    private readonly Dictionary<TaskId, TaskCompletionSource<bool>> _onTrust = [];
    private readonly Dictionary<uint, LoopEvent.Job> _jobs = [];

    public void Add(TaskId task, LoopEvent.Borrow borrow) => _borrowing.Add(task, borrow);

    public void Add(uint number, LoopEvent.Job job) => _jobs.Add(number, job);

    public TaskId[] Find(LoopEvent.Borrow borrow) => [.. _borrowing.Where(pair => ReferenceEquals(pair.Value, borrow)).Select(pair => pair.Key)];

    public uint[] Remove(LoopEvent.Job job)
    {
        uint[] numbers = [.. _jobs.Where(pair => ReferenceEquals(pair.Value, job)).Select(pair => pair.Key)];
        Array.ForEach(numbers, number => _jobs.Remove(number));
        return numbers;
    }

    /// <summary>Tells whoever a step concerns.</summary>
    public void Tell(Step step)
    {
        switch (step)
        {
            case Step.Leased leased:
                Job(leased.Task)?.Told?.Invoke(new JobNews.Leased(leased.Worker));
                break;
            case Step.Returned returned:
                Job(returned.Task)?.Told?.Invoke(new JobNews.Returned(returned.Worker));
                break;
            case Step.Burnt burnt:
                Job(burnt.Task)?.Told?.Invoke(new JobNews.Progress(burnt.Fuel));
                break;
            case Step.Conclude conclude:
                SharingLog.Concluded(log, conclude.Task, conclude.Outcome);
                Conclude(conclude);
                break;
            case Step.Answer answer when _jobs.TryGetValue(answer.Task, out LoopEvent.Job? job):
                Answer(answer, job);
                break;
            case Step.GiveUp given when _jobs.Remove(given.Task, out LoopEvent.Job? failed):
                if (!failed.Result.TrySetResult(new BorrowOutcome.Refused(given.Reason) { TaskFailed = true }))
                {
                    failed.Told?.Invoke(new JobNews.GivenUp(given.Reason));
                }

                break;
            case Step.TakeBack taken:
                SharingLog.TakenBack(log, taken.Task);
                Job(taken.Task)?.Told?.Invoke(new JobNews.TakenBack());
                Decide(taken.Task, final: false);
                break;
            case Step.Settle settled:
                if (Job(settled.Task) is { Result.Task.IsCompleted: true } trusted)
                {
                    _jobs.Remove(settled.Task.Task);
                    trusted.Told?.Invoke(new JobNews.Final());
                }

                Decide(settled.Task, final: true);
                break;
        }
    }

    /// <summary>Nobody is answered any more; a result on trust has no fate that could be told.</summary>
    public void End()
    {
        foreach (LoopEvent.Job job in _jobs.Values)
        {
            job.Result.TrySetResult(HasEnded);
        }

        foreach (LoopEvent.Borrow borrow in _borrowing.Values)
        {
            borrow.Outcome.TrySetResult(HasEnded);
        }

        foreach (TaskCompletionSource<bool> fate in _onTrust.Values)
        {
            fate.TrySetCanceled();
        }
    }

    private LoopEvent.Job? Job(TaskId task) => task.Job == start ? _jobs.GetValueOrDefault(task.Task) : null;

    private void Answer(Step.Answer answer, LoopEvent.Job job)
    {
        if (!job.Result.TrySetResult(answer.Result))
        {
            job.Told?.Invoke(new JobNews.Corrected(answer.Result));
        }

        // Nodes of one owner do not check each other, so their results are final at once.
        if (answer.Result.Verified || job.Told is null || job.What.Policy.Class == DataClass.Owner)
        {
            _jobs.Remove(answer.Task);
        }
    }

    private void Conclude(Step.Conclude conclude)
    {
        if (!_borrowing.Remove(conclude.Task, out LoopEvent.Borrow? borrow))
        {
            return;
        }

        BorrowOutcome outcome = conclude.Outcome;
        if (outcome is BorrowOutcome.Accepted { Verified: false } trusted && _onTrust.Count < MaxOnTrust)
        {
            var fate = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _onTrust.Add(conclude.Task, fate);
            outcome = trusted with { Final = fate.Task };
        }

        borrow.Outcome.TrySetResult(outcome);
    }

    private void Decide(TaskId task, bool final)
    {
        if (_onTrust.Remove(task, out TaskCompletionSource<bool>? fate))
        {
            fate.SetResult(final);
        }
    }
}
