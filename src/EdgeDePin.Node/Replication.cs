using EdgeDePin.Storage;
using EdgeDePin.Storage.Forwarding;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node;

/// <summary>The replicas of a store: a forwarder for each destination, none of which waits for another.</summary>
public sealed class Replication : IDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private readonly (InfluxDestination Destination, Forwarder Forwarder)[] _replicas;

    /// <param name="random">Spreads the retries of many nodes.</param>
    public Replication(InfluxOptions influx, Store store, TimeProvider time, Random random, ILogger log)
    {
        _replicas = [.. influx.All().Select(destination =>
            (destination, new Forwarder(store, destination.ToForwarder(), Http, time, new Random(random.Next()), log)))];
        foreach ((InfluxDestination destination, _) in _replicas)
        {
            // What it lacks is thinned and dropped last.
            store.Follow(destination.CursorName);
        }
    }

    /// <summary>How far each destination is.</summary>
    public IReadOnlyList<(InfluxDestination Destination, ForwarderStatus Status)> Status =>
        [.. _replicas.Select(replica => (replica.Destination, replica.Forwarder.Status))];

    /// <summary>Points that the destination furthest behind still lacks; 0 where nothing is forwarded.</summary>
    public long LagPoints => _replicas.Select(replica => replica.Forwarder.Status.LagPoints).DefaultIfEmpty().Max();

    /// <summary>Points delivered since the start, to all destinations together.</summary>
    public long Forwarded => _replicas.Sum(replica => replica.Forwarder.Status.Forwarded);

    /// <summary>What the destination furthest behind is doing; null where nothing is forwarded.</summary>
    public ForwarderState? State => _replicas.Length == 0 ? null : _replicas.Select(replica => replica.Forwarder.Status).MaxBy(status => status.LagPoints)!.State;

    /// <summary>Forwards until it is cancelled; ends then without an exception.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_replicas.Select(replica => replica.Forwarder.RunAsync(cancellationToken)));

    /// <summary>Forwards until no destination lacks anything.</summary>
    /// <returns>False when points still wait at the end of <paramref name="timeout"/>; they stay in the store.</returns>
    public async Task<bool> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        (await Task.WhenAll(_replicas.Select(replica => replica.Forwarder.DrainAsync(timeout, cancellationToken)))).All(all => all);

    /// <summary>Asks each server who it is.</summary>
    public Task ProbeAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_replicas.Select(replica => replica.Forwarder.ProbeAsync(cancellationToken)));

    public void Dispose()
    {
        foreach ((_, Forwarder forwarder) in _replicas)
        {
            forwarder.Dispose();
        }
    }
}
