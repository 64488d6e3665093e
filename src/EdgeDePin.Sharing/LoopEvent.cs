using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Sharing;

/// <summary>What the <see cref="SharingLoop"/> is told.</summary>
internal abstract record LoopEvent
{
    private LoopEvent() { }

    public sealed record Arrived(LinkEvent Event) : LoopEvent;

    public sealed record Tick : LoopEvent;

    /// <summary>Entries of the receipt log are durable, or the disk refused them.</summary>
    public sealed record Flushed : LoopEvent;

    public sealed record GuestEnded(GuestKey Key, GuestOutcome Outcome) : LoopEvent;

    /// <param name="Own">Null where the task could not be run here.</param>
    public sealed record CheckEnded(TaskId Task, OwnResult? Own) : LoopEvent;

    public sealed record Job(Assignment What) : LoopEvent
    {
        public Action<JobNews>? Told { get; init; }

        public TaskCompletionSource<BorrowOutcome> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public sealed record Borrow(TaskKind Kind, ReadOnlyMemory<byte> Input, NodeId Worker, TimeSpan ExpectedRunTime) : LoopEvent
    {
        // Each has its own, so two requests for the same task are still two.
        public TaskCompletionSource<BorrowOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public sealed record Tell(DataClass Class, ReadOnlyMemory<byte> Latest) : LoopEvent;

    public sealed record Withdraw(Borrow Unwanted) : LoopEvent;

    public sealed record WithdrawJob(Job Unwanted) : LoopEvent;
}
