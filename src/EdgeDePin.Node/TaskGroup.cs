namespace EdgeDePin.Node;

/// <summary>Loops that live and end together.</summary>
internal static class TaskGroup
{
    /// <summary>
    /// Runs all of them until the token asks for the end, and returns when the last has ended. When one fails the others are
    /// asked to end too, and its exception is thrown: a node with a dead half would look alive.
    /// </summary>
    /// <param name="before">What uses the loops and therefore has to end before they are asked to.</param>
    public static async Task RunAsync(
        Func<Task> before, CancellationToken cancellationToken, params IEnumerable<Func<CancellationToken, Task>> loops)
    {
        using var ending = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration stop = cancellationToken.Register(() => asked.TrySetResult());
        Task all = Task.WhenAll(loops.Select(loop => RunAsync(loop, ending, asked)));
        await Task.WhenAny(all, asked.Task);
        try
        {
            await before();
        }
        finally
        {
            await ending.CancelAsync();
            await all;
        }
    }

    private static async Task RunAsync(Func<CancellationToken, Task> loop, CancellationTokenSource ending, TaskCompletionSource asked)
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
            asked.TrySetResult();
            throw;
        }
    }
}
