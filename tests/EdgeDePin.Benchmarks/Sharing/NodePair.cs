using EdgeDePin.Benchmarks.Figures;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>
/// A requester and a worker as nodes run them, in one process, over the embedded broker: signatures, sealed data, receipts that are
/// flushed to the disk. The tasks themselves take no time.
/// </summary>
internal sealed class NodePair : IAsyncDisposable
{
    private static readonly TaskKind Kind = new("nothing", 1);

    private readonly CancellationTokenSource _stop = new();
    private readonly EmbeddedBroker _broker;
    private readonly List<IDisposable> _owned = [];
    private readonly List<Task> _running = [];

    private NodePair(EmbeddedBroker broker) => _broker = broker;

    /// <summary>Told when a guest starts.</summary>
    public Action Started { get; set; } = () => { };

    public SharingLoop Requester { get; private set; } = null!;

    public static async Task<NodePair> StartAsync(Bench bench, CancellationToken cancellationToken, int bundle = 64)
    {
        var pair = new NodePair(await EmbeddedBroker.StartAsync());
        pair.Requester = pair.Node(bench, 1, bundle);
        SharingLoop worker = pair.Node(bench, 2, bundle);
        while (!pair.Requester.Neighbours.Any(other => other.Id == worker.Id) || !worker.Neighbours.Any(other => other.Id == pair.Requester.Id))
        {
            await Task.Delay(20, cancellationToken);
        }

        // Past the newcomer's checks, with as many leases as a worker can have.
        for (int round = 0; round < 40; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(number => pair.RunAsync(1_000_000 + 16 * round + number, cancellationToken)));
        }

        return pair;
    }

    public Task<BorrowOutcome> RunAsync(int number, CancellationToken cancellationToken) => Requester.RunAsync(
        Assignment.Of(Kind, BitConverter.GetBytes(number), TimeSpan.FromMilliseconds(1), Options(0)), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }

        await _broker.DisposeAsync();
        _stop.Dispose();
    }

    private static SharingOptions Options(int node, int bundle = 64) => new() { MaxBundle = bundle, Site = "bench", Name = $"node {node}", MaxGuests = 64, MaxWindow = 128, MaxBorrowed = 1_024, PairLimit = 1_000_000_000 };

    private SharingLoop Node(Bench bench, int number, int bundle)
    {
        byte[] seed = new byte[NodeIdentity.KeyLength];
        seed[0] = (byte)number;
        NodeIdentity identity = NodeIdentity.FromSeed(seed, (ulong)number << 28);
        ReceiptFile receipts = ReceiptFile.Open(Path.Combine(bench.FreshPath("ledger"), "receipts"));
        _owned.AddRange([identity, receipts]);
        var link = new MqttNeighbourLink(
            new MqttLinkOptions { Host = "127.0.0.1", Port = _broker.Port }, "bench", identity.NodeId, TimeProvider.System, new Random(number), NullLogger.Instance);
        var loop = new SharingLoop(
            Options(number, bundle), identity, link, [Kind],
            (guest, _) =>
            {
                Started();
                return Task.FromResult<GuestOutcome>(new GuestOutcome.Done(guest.Input, TimeSpan.FromMilliseconds(1), 1_000_000));
            },
            (_, input, _) => Task.FromResult(new OwnResult(Digest.Of(input.Span), 1_000_000)),
            () => 64, TimeProvider.System, new Random(number), NullLogger.Instance, lanes: 64, receipts: receipts);
        _running.Add(loop.RunAsync(_stop.Token));
        return loop;
    }
}
