using EdgeDePin.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>The store of a stopped node, for one command.</summary>
internal static class StoppedStore
{
    /// <exception cref="CommandFailure">There is no such folder, it holds no store, or a running node has it.</exception>
    public static T With<T>(string folder, Func<Store, T> work) => OnDisk(folder, () =>
    {
        using Store store = Store.Open(new StoreOptions { Folder = folder }, TimeProvider.System, NullLogger.Instance);
        return work(store);
    });

    /// <summary>Without opening the store.</summary>
    /// <exception cref="CommandFailure">There is no such folder, it holds no store, or it cannot be read.</exception>
    public static T OnDisk<T>(string folder, Func<T> work) => Guarded(folder, () =>
    {
        // Opening would make a store; who asks for one that is not there has mistyped its path.
        if (!Directory.Exists(Path.Combine(folder, "segments")) && !Directory.Exists(Path.Combine(folder, "shards")))
        {
            throw new CommandFailure(ExitCode.Environment, $"{folder} holds no store: check the path after --data (a demo's are in DIR/node-1, DIR/node-2, ...).");
        }

        return work();
    });

    public static T Guarded<T>(string folder, Func<T> work)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandFailure(ExitCode.Environment, $"There is no data folder {folder}: check the path after --data.");
        }

        try
        {
            return work();
        }
        catch (Exception error) when (error is StoreException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, error.Message, error);
        }
    }
}
