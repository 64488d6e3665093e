using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>
/// Joins executor and neighbourhood: the executor sees neighbours as places to run a task, neighbours see the executor as
/// somebody who runs theirs below its own work.
/// </summary>
public sealed class WorkExchange
{
    // There and back again over a local network, sealing and opening included; what a lease really took is learned from records.
    private static readonly TimeSpan TransferTime = TimeSpan.FromMilliseconds(5);

    private readonly Executor _executor;

    public WorkExchange(
        Executor executor, TaskCatalog catalog, SharingOptions options, NodeIdentity identity, INeighbourLink link, int lanes,
        TimeProvider time, Random random, ILogger log)
    {
        _executor = executor;
        Sharing = new SharingLoop(
            options, identity, link, [.. catalog.All.Where(definition => definition.Lendable).Select(definition => definition.Kind)],
            RunGuestAsync, CheckAsync, () => GuestSlots(options, lanes), time, random, log, lanes);
        executor.Neighbourhood = new Neighbourhood(Workers, BorrowAsync);
    }

    public SharingLoop Sharing { get; }

    private List<RemoteWorker> Workers() => [.. Sharing.Neighbours
        .Where(neighbour => neighbour.State == NeighbourState.Present && neighbour.FreeSlots > 0)
        .Select(neighbour => new RemoteWorker(
            neighbour.Id, neighbour.Name, neighbour.ExpectedWait, TransferTime, neighbour.RelativeSpeed, neighbour.FreeSlots))];

    private async Task<RemoteOutcome> BorrowAsync(RemoteTask task, CancellationToken cancellationToken) =>
        await Sharing.BorrowAsync(task.Kind, task.PackedInput, task.Worker.Id, task.Expected, cancellationToken) switch
        {
            BorrowOutcome.Accepted accepted => new RemoteOutcome.Accepted(
                accepted.Output.ToArray(), accepted.RunTime, Started: null,
                accepted.Verified ? Verification.Verified : Verification.Provisional),
            BorrowOutcome.Refused refused => new RemoteOutcome.Refused(refused.Reason),
            BorrowOutcome.Lost lost => new RemoteOutcome.Lost(lost.Reason),
            BorrowOutcome other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };

    private async Task<GuestOutcome> RunGuestAsync(
        TaskKind kind, ReadOnlyMemory<byte> input, NodeId requester, CancellationToken cancellationToken) =>
        await _executor.RunGuestAsync(kind, input.ToArray(), requester, cancellationToken) switch
        {
            GuestResult.Done done => new GuestOutcome.Done(done.Output, done.RunTime),
            GuestResult.Refused refused => new GuestOutcome.Declined(refused.Reason),
            GuestResult.Failed failed => new GuestOutcome.Failed(failed.Cause),
            GuestResult other => throw new InvalidOperationException($"Unknown result {other}."),
        };

    private Task<byte[]> CheckAsync(TaskKind kind, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
        _executor.RunCheckAsync(kind, input.ToArray(), cancellationToken);

    // Own work comes first: while it waits for a lane, nothing more is promised to anybody.
    private int GuestSlots(SharingOptions options, int lanes) =>
        _executor.Load.Ahead > 0 ? 0 : Math.Min(options.MaxGuests, lanes);
}
