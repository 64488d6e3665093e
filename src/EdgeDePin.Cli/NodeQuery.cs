using EdgeDePin.Cli.StoreCommands;
using EdgeDePin.Storage.InfluxQl;

namespace EdgeDePin.Cli;

/// <summary>Asks a node's store in InfluxQL, running or stopped; both answer alike.</summary>
internal static class NodeQuery
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="option">That named the node.</param>
    /// <exception cref="CommandFailure">No address, or no node answers there.</exception>
    public static async Task<byte[]> OfRunningAsync(string option, string url, string query, CancellationToken cancellationToken)
    {
        Uri node = OptionText.Address(option, url, "http://127.0.0.1:8080");
        using var http = new HttpClient { BaseAddress = node, Timeout = Patience };
        try
        {
            using HttpResponseMessage response = await http.GetAsync(
                new Uri($"query?db=edgedepin&q={Uri.EscapeDataString(query)}", UriKind.Relative), cancellationToken);
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new CommandFailure(ExitCode.Environment,
                $"No node answers at {node}: {error.Message} Start one, name it with {option}, or ask a stopped one by its data folder.", error);
        }
    }

    /// <exception cref="CommandFailure">The folder holds no store, or a running node has it.</exception>
    public static byte[] OfStopped(string folder, string query) => StoppedStore.With(
        folder, store => InfluxJson.Write(store.Query(query, TimeProvider.System.GetUtcNow()), epoch: null, pretty: false));

    /// <param name="store">The address of a running node, or the data folder of a stopped one.</param>
    public static async Task<byte[]> OfAsync(string option, string store, string query, CancellationToken cancellationToken) =>
        store.Contains("://", StringComparison.Ordinal) ? await OfRunningAsync(option, store, query, cancellationToken) : OfStopped(store, query);
}
