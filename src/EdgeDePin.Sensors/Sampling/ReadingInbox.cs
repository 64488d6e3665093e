using System.Threading.Channels;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>Readings on their way from the sensors of a node to its store.</summary>
public sealed class ReadingInbox
{
    /// <summary>17 minutes of 64 values at 1 Hz, in 4 MiB (a stamped reading is 64 B).</summary>
    public const int Capacity = 65_536;

    private readonly Channel<StampedReading> _channel;

    private long _sequence;

    /// <param name="counters">Counts what is dropped.</param>
    public ReadingInbox(SamplingCounters counters, int capacity = Capacity) =>
        _channel = Channel.CreateBounded<StampedReading>(
            new BoundedChannelOptions(capacity)
            {
                // A fresh reading is worth more than an old one, and a sensor cannot be asked to wait.
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            },
            _ => counters.Drop());

    /// <summary>For the one who stores them. It ends after <see cref="Complete"/>.</summary>
    public ChannelReader<StampedReading> Reader => _channel.Reader;

    public int Count => _channel.Reader.Count;

    /// <summary>Never waits. False only after <see cref="Complete"/>. One that is dropped later leaves a hole in the numbers.</summary>
    /// <param name="uptime">Of the device when the reading was taken; null for a replay.</param>
    public bool Post(Reading reading, TimeSpan? uptime) =>
        _channel.Writer.TryWrite(new StampedReading(reading, Interlocked.Increment(ref _sequence), uptime));

    /// <summary>No more readings will come.</summary>
    public void Complete() => _channel.Writer.TryComplete();
}
