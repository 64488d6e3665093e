using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Sharing;

/// <summary>
/// Runs guests and checks beside the loop, and tells its inbox how each ended. Their number is bounded by the leases given and
/// the tasks that are away.
/// </summary>
internal sealed class GuestRunner(RunGuest runGuest, RunAgain runAgain, ChannelWriter<LoopEvent> inbox, ILogger log)
{
    private readonly Dictionary<GuestKey, CancellationTokenSource> _guests = [];
    private readonly List<Task> _running = [];

    /// <param name="all">Ends every guest.</param>
    public void Start(GuestTask guest, CancellationToken all)
    {
        SharingLog.GuestStarted(log, guest.Kind, guest.Key.Task, guest.Key.Requester);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(all);
        _guests[guest.Key] = stop;
        Add(GuestAsync(guest, stop.Token, all));
    }

    public void Stop(GuestKey key)
    {
        if (_guests.TryGetValue(key, out CancellationTokenSource? stop))
        {
            stop.Cancel();
        }
    }

    /// <summary>The loop has heard how it ended.</summary>
    public void Ended(GuestKey key)
    {
        if (_guests.Remove(key, out CancellationTokenSource? stop))
        {
            stop.Dispose();
        }
    }

    public void Check(Step.CheckLocally check, CancellationToken all) => Add(CheckAsync(check, all));

    /// <summary>Waits until all have ended; they were told to.</summary>
    public Task EndAsync() => Task.WhenAll(_running);

    private void Add(Task task)
    {
        _running.RemoveAll(ended => ended.IsCompleted);
        _running.Add(task);
    }

    private async Task GuestAsync(GuestTask guest, CancellationToken stop, CancellationToken all)
    {
        await Task.Yield();
        GuestOutcome outcome;
        try
        {
            outcome = await runGuest(guest, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            outcome = new GuestOutcome.Declined("stopped");
        }
        catch (Exception error)
        {
            // The host's code begins here; a guest that throws must not end sharing.
            SharingLog.GuestThrew(log, guest.Kind, guest.Key.Requester, error);
            outcome = new GuestOutcome.Failed(error.GetType().Name);
        }

        await TellAsync(new LoopEvent.GuestEnded(guest.Key, outcome), all);
    }

    private async Task CheckAsync(Step.CheckLocally check, CancellationToken all)
    {
        await Task.Yield();
        OwnResult? own = null;
        try
        {
            own = await runAgain(check.Kind, check.Input, all);
        }
        catch (Exception error)
        {
            // Foreign code as above. Without an output of our own the neighbour's is not accepted.
            SharingLog.CheckThrew(log, check.Kind, error);
        }

        await TellAsync(new LoopEvent.CheckEnded(check.Task, own), all);
    }

    private async Task TellAsync(LoopEvent ended, CancellationToken all)
    {
        try
        {
            await inbox.WriteAsync(ended, all);
        }
        catch (Exception error) when (error is OperationCanceledException or ChannelClosedException)
        {
            // The loop has ended; nobody is left to tell.
        }
    }
}
