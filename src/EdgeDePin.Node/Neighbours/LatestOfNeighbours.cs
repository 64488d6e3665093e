using System.Threading.Channels;
using EdgeDePin.EdgeHub;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Policy;
using Microsoft.Extensions.Logging;

namespace EdgeDePin.Node.Neighbours;

/// <summary>
/// The neighbourhood's side of comparing with neighbours: carries what this node's sensors have measured last to those that may see it, and
/// theirs to this node's sensors. It keeps no value.
/// </summary>
/// <param name="boot">The start of the device; null carries nothing.</param>
internal sealed class LatestOfNeighbours(SharingLoop sharing, ModuleClient hub, string? boot, TimeProvider time, ILogger log)
{
    /// <summary>Packs of neighbours that wait for the hub.</summary>
    public const int MostWaiting = 64;

    /// <summary>One neighbour is not heard more often: its own period is a second at least.</summary>
    public static readonly TimeSpan LeastGap = TimeSpan.FromSeconds(0.5);

    // Who tells nothing has nothing to compare, and a hub would keep for it what nobody fetches.
    private static readonly TimeSpan TellsFor = TimeSpan.FromMinutes(10);

    private readonly Dictionary<NodeId, long> _heardAt = [];
    private readonly Channel<(NodeId Neighbour, ReadOnlyMemory<byte> Data, DateTimeOffset At)> _waiting =
        Channel.CreateBounded<(NodeId Neighbour, ReadOnlyMemory<byte> Data, DateTimeOffset At)>(
            // The newest is what a reading is compared with.
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private long _toldAt;
    private long _told;
    private long _heard;
    private long _refused;

    /// <summary>Packs that went to neighbours (each counts once), that came from them, and of both those that were not passed on.</summary>
    public (long Told, long Heard, long Refused) Counts => (Interlocked.Read(ref _told), Interlocked.Read(ref _heard), Interlocked.Read(ref _refused));

    private DateTimeOffset Now => DateTimeOffset.UnixEpoch + time.GetElapsedTime(0);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        sharing.Heard = Hear;
        await hub.SetInputMessageHandlerAsync(HubOutputs.Latest, Tell, cancellationToken);
        try
        {
            await foreach ((NodeId neighbour, ReadOnlyMemory<byte> data, DateTimeOffset at) in _waiting.Reader.ReadAllAsync(cancellationToken))
            {
                if (Aged(neighbour, data, at) is { } pack)
                {
                    var message = new HubMessage(pack.Encode()) { ContentType = "application/json", ContentEncoding = "utf-8" };
                    await hub.SendEventAsync(HubOutputs.Neighbours, message, cancellationToken);
                    Interlocked.Increment(ref _heard);
                }
            }
        }
        finally
        {
            await hub.WithdrawInputMessageHandlerAsync(HubOutputs.Latest);
        }
    }

    private Task<MessageResponse> Tell(HubMessage message, CancellationToken cancellationToken)
    {
        try
        {
            LatestPack pack = LatestPack.Decode(message.Body);
            DateTimeOffset now = Now;
            if (boot is null || pack.Boot != boot)
            {
                Interlocked.Increment(ref _refused);
                return Task.FromResult(MessageResponse.Completed);
            }

            Interlocked.Exchange(ref _toldAt, time.GetTimestamp());
            foreach (IGrouping<SensorDataClass, LatestValue> group in pack.Values.GroupBy(one => one.Class))
            {
                // Each value with its age: the clock of this device says nothing to another.
                LatestValue[] aged = [.. group.Where(one => now - one.At <= CrossCheck.Fresh).Select(one => one with { At = AgeOf(one, now) })];
                if (Map(group.Key) is { } dataClass && aged.Length > 0)
                {
                    bool taken = sharing.Tell(dataClass, new LatestPack(null, null, aged).Encode());
                    Interlocked.Increment(ref taken ? ref _told : ref _refused);
                }
            }
        }
        catch (FormatException error)
        {
            Interlocked.Increment(ref _refused);
            NodeLog.MessageRefused(log, HubOutputs.Latest, message.ConnectionModuleId ?? "?", error.Message);
        }

        return Task.FromResult(MessageResponse.Completed);
    }

    // On the loop's thread. A neighbour that shouts is not passed on to the hub more often than one that speaks.
    private void Hear(NodeId neighbour, ReadOnlyMemory<byte> data)
    {
        long now = time.GetTimestamp();
        bool tells = Interlocked.Read(ref _toldAt) is not 0 and var told && time.GetElapsedTime(told, now) <= TellsFor;
        bool isTooSoon = _heardAt.TryGetValue(neighbour, out long before) && time.GetElapsedTime(before, now) < LeastGap;
        if (!tells || isTooSoon)
        {
            Interlocked.Increment(ref _refused);
            return;
        }

        if (_heardAt.Count >= NeighbourCheck.MostNeighbours && !_heardAt.ContainsKey(neighbour))
        {
            _heardAt.Remove(_heardAt.MinBy(one => one.Value).Key);
        }

        _heardAt[neighbour] = now;
        _waiting.Writer.TryWrite((neighbour, data, Now));
    }

    private LatestPack? Aged(NodeId neighbour, ReadOnlyMemory<byte> data, DateTimeOffset at)
    {
        try
        {
            LatestPack pack = LatestPack.Decode(data);
            return new LatestPack(boot, neighbour.Value, [.. pack.Values
                .Where(one => AgeOf(one) <= CrossCheck.Fresh)
                .Select(one => one with { At = at - AgeOf(one) })]);
        }
        catch (FormatException error)
        {
            Interlocked.Increment(ref _refused);
            NodeLog.MessageRefused(log, HubOutputs.Latest, neighbour.Value, error.Message);
            return null;
        }
    }

    private static TimeSpan AgeOf(LatestValue one) => one.At - DateTimeOffset.UnixEpoch;

    private static DateTimeOffset AgeOf(LatestValue one, DateTimeOffset now) =>
        now > one.At ? DateTimeOffset.UnixEpoch + (now - one.At) : DateTimeOffset.UnixEpoch;

    private static DataClass? Map(SensorDataClass dataClass) => dataClass switch
    {
        SensorDataClass.Owner => DataClass.Owner,
        SensorDataClass.Site => DataClass.Site,
        SensorDataClass.Public => DataClass.Public,
        _ => null,
    };
}
