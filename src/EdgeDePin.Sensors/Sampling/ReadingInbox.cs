using System.Threading.Channels;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>Readings on their way from the sensors of a node to its store.</summary>
public sealed class ReadingInbox
{
    /// <summary>17 minutes of 64 values at 1 Hz, in 2.5 MiB (a reading is 40 B).</summary>
    public const int Capacity = 65_536;

    private readonly Channel<Reading> _channel;

    /// <param name="counters">Counts what is dropped.</param>
    public ReadingInbox(SamplingCounters counters, int capacity = Capacity) =>
        _channel = Channel.CreateBounded<Reading>(
            new BoundedChannelOptions(capacity)
            {
                // A fresh reading is worth more than an old one, and a sensor cannot be asked to wait.
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            },
            _ => counters.Drop());

    /// <summary>For the one who stores them. It ends after <see cref="Complete"/>.</summary>
    public ChannelReader<Reading> Reader => _channel.Reader;

    public int Count => _channel.Reader.Count;

    /// <summary>Never waits. False only after <see cref="Complete"/>.</summary>
    public bool Post(Reading reading) => _channel.Writer.TryWrite(reading);

    /// <summary>No more readings will come.</summary>
    public void Complete() => _channel.Writer.TryComplete();
}
