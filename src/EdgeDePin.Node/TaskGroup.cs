namespace EdgeDePin.Node;

/// <summary>Loops that live and end together.</summary>
internal static class TaskGroup
{
    /// <summary>
    /// Runs all of them until the token asks for the end, and returns when the last has ended. When one fails the others are
    /// asked to end too, and its exception is thrown: a node with a dead half would look alive.
    /// </summary>
    public static async Task RunAsync(CancellationToken cancellationToken, params IEnumerable<Func<CancellationToken, Task>> loops)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(loops.Select(loop => RunAsync(loop, ending)));
    }

    private static async Task RunAsync(Func<CancellationToken, Task> loop, CancellationTokenSource ending)
    {
        try
        {
            await loop(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The ordinary end of a loop that waits.
        }
        catch
        {
            await ending.CancelAsync();
            throw;
        }
    }
}
