using EdgeDePin.Storage;
using EdgeDePin.Tests.Storage;

namespace EdgeDePin.Tests.Web;

/// <summary>A store, its write lane and the Influx API on a real web server.</summary>
internal sealed class InfluxNode : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _lane;
    private NodeServer _server = null!;

    private InfluxNode(ApiOptions options, bool laneRuns)
    {
        Store = Stores.Open(_folder);
        var lane = new WriteLane(Store);
        _lane = laneRuns ? lane.RunAsync(_ending.Token) : Task.CompletedTask;
        Api = new InfluxApi(Store, lane, options, TimeProvider.System);
    }

    public Store Store { get; }

    public InfluxApi Api { get; }

    public HttpClient Client => _server.Client;

    public int Port => _server.Port;

    /// <param name="laneRuns">False: writes are accepted and never committed, as while a disk hangs.</param>
    public static async Task<InfluxNode> StartAsync(ApiOptions? options = null, bool laneRuns = true)
    {
        var node = new InfluxNode(options ?? new ApiOptions(), laneRuns);
        node._server = await NodeServer.StartAsync(source: null, node.Api);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _ending.CancelAsync();
        await _lane;
        _ending.Dispose();
        Store.Dispose();
        _folder.Dispose();
    }
}
