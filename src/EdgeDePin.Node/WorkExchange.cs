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
    // There and back again over a local network, sealing and opening included: believed until something has travelled.
    private static readonly TimeSpan TransferTime = TimeSpan.FromMilliseconds(5);

    private readonly Executor _executor;
    private readonly TaskCatalog _catalog;

    public WorkExchange(
        Executor executor, TaskCatalog catalog, NeighbourOptions neighbours, INeighbourLink link, int lanes,
        TimeProvider time, Random random, ILogger log)
    {
        _executor = executor;
        _catalog = catalog;
        SharingOptions options = neighbours.Sharing;
        Sharing = new SharingLoop(
            options, neighbours.Identity, link, [.. catalog.All.Where(definition => definition.Lendable).Select(definition => definition.Kind)],
            RunGuestAsync, CheckAsync, () => GuestSlots(options, lanes), time, random, log, lanes,
            papers: (neighbours.Membership, neighbours.Chain), receipts: neighbours.Receipts, dataFolder: neighbours.DataFolder);
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
                accepted.Verified ? Verification.Verified : Verification.Provisional)
            {
                Waited = accepted.Waited,
                Travelled = accepted.Travelled,
                Final = accepted.Final,
            },
            BorrowOutcome.Refused refused => new RemoteOutcome.Refused(refused.Reason),
            BorrowOutcome.Lost lost => new RemoteOutcome.Lost(lost.Reason),
            BorrowOutcome other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };

    /// <summary>
    /// The fuel of a task that is built in and counts none: a million for the task, a thousand for each byte of its input. It must be the same
    /// wherever the task runs, and such tasks do not count their instructions.
    /// </summary>
    public static long FuelOf(int inputBytes) => 1_000_000 + 1_000L * inputBytes;

    private async Task<GuestOutcome> RunGuestAsync(GuestTask guest, CancellationToken cancellationToken) =>
        await _executor.RunGuestAsync(guest.Kind, guest.Input.ToArray(), guest.Key.Requester, cancellationToken) switch
        {
            GuestResult.Done done => new GuestOutcome.Done(done.Output, done.RunTime, FuelOf(guest.Kind, guest.Input.Length, done.Output)),
            GuestResult.Refused refused => new GuestOutcome.Declined(refused.Reason),
            GuestResult.Failed failed => new GuestOutcome.Failed(failed.Cause),
            GuestResult other => throw new InvalidOperationException($"Unknown result {other}."),
        };

    private async Task<OwnResult> CheckAsync(TaskKind kind, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        byte[] output = await _executor.RunCheckAsync(kind, input.ToArray(), cancellationToken);
        return new OwnResult(Digest.Of(output), FuelOf(kind, input.Length, output));
    }

    private long FuelOf(TaskKind kind, int inputBytes, byte[] output) =>
        _catalog.Get(kind).Fuel?.Invoke(output) ?? FuelOf(inputBytes);

    // Own work comes first: while it waits for a lane, nothing more is promised to anybody.
    private int GuestSlots(SharingOptions options, int lanes) =>
        _executor.Load.Ahead > 0 ? 0 : Math.Min(options.MaxGuests, lanes);
}
