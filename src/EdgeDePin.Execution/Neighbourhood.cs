using EdgeDePin.Model;

namespace EdgeDePin.Execution;

/// <summary>
/// The neighbours as the executor sees them: who could work, and how to hand work over. Two plain functions, given by the
/// side that speaks the protocol.
/// </summary>
/// <param name="Workers">
/// Who would take a task now. Called for every lendable task, so it answers from memory, and what it answers already counts
/// the calls of <paramref name="RunAsync"/> that are still open.
/// </param>
/// <param name="RunAsync">
/// Hands one task over and returns when its fate is known. A result is <see cref="RemoteOutcome.Accepted"/> only after the
/// verdict; a wrong one comes back as refused. Cancelling gives the task up.
/// </param>
public sealed record Neighbourhood(
    Func<IReadOnlyList<RemoteWorker>> Workers,
    Func<RemoteTask, CancellationToken, Task<RemoteOutcome>> RunAsync);

/// <summary>A neighbour that offers to work.</summary>
/// <param name="Name">For people and dashboards.</param>
/// <param name="ExpectedWait">How long a task handed over now would wait there before it begins.</param>
/// <param name="TransferTime">There and back again, with the protocol's own work: believed until it has been measured with this neighbour.</param>
/// <param name="RelativeSpeed">2 is twice as fast as this node. Above 0.</param>
/// <param name="FreeSlots">How many more tasks it would take now, after those already handed to it.</param>
public sealed record RemoteWorker(
    NodeId Id, string Name, TimeSpan ExpectedWait, TimeSpan TransferTime, double RelativeSpeed, int FreeSlots);

/// <summary>A task on its way to a neighbour.</summary>
/// <param name="PackedInput">The canonical bytes of the <see cref="TaskInput"/>.</param>
/// <param name="Worker">Whom the placement chose.</param>
/// <param name="Expected">The run time expected there; what a lease may be measured by.</param>
public sealed record RemoteTask(TaskKind Kind, byte[] PackedInput, RemoteWorker Worker, TimeSpan Expected);

/// <summary>What came of handing a task to a neighbour.</summary>
public abstract record RemoteOutcome
{
    private RemoteOutcome()
    {
    }

    /// <summary>There is an output, and the verdict was in its favour.</summary>
    /// <param name="RunTime">How long the worker says that it ran.</param>
    /// <param name="Started">When the worker says that it began, by its clock; null when it does not say.</param>
    public sealed record Accepted(byte[] Output, TimeSpan RunTime, DateTimeOffset? Started, Verification Verification) : RemoteOutcome
    {
        /// <summary>From asking to the neighbour's consent; 0 where nobody measured it.</summary>
        public TimeSpan Waited { get; init; }

        /// <summary>From its consent to the output's arrival, without the run; 0 where nobody measured it.</summary>
        public TimeSpan Travelled { get; init; }

        /// <summary>Ends with true when a provisional result is final, with false when it is taken back; null where nobody follows it.</summary>
        public Task<bool>? Final { get; init; }
    }

    /// <summary>The worker did not take it, or what it returned was rejected.</summary>
    public sealed record Refused(string Reason) : RemoteOutcome;

    /// <summary>The worker took it, and no result came.</summary>
    public sealed record Lost(string Reason) : RemoteOutcome;
}
