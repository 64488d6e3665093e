namespace EdgeDePin.Execution;

/// <summary>Asking a neighbour, with a limit to patience and to belief.</summary>
internal static class RemoteCall
{
    /// <returns>Null when the run was cancelled; whatever else goes wrong is a lost attempt.</returns>
    public static async Task<RemoteOutcome?> AskAsync(
        Neighbourhood neighbourhood, RemoteTask task, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            // Always yields: an answer that is there at once must not deepen the stack of the lane that asked.
            return await neighbourhood.RunAsync(task, either.Token).WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new RemoteOutcome.Lost($"No answer within {patience}.");
        }
        catch (Exception error)
        {
            // Foreign code begins here (a protocol, a network): its faults cost an attempt, never the task.
            return new RemoteOutcome.Lost($"{error.GetType().Name}: {error.Message}");
        }
    }

    /// <summary>A worker cannot have run for longer than we waited for it.</summary>
    public static TimeSpan Believable(TimeSpan claim, TimeSpan waited) =>
        claim < TimeSpan.Zero ? TimeSpan.Zero : claim > waited ? waited : claim;
}
