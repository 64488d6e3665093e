using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Sensirion;

/// <summary>A Sensirion sensor of carbon dioxide that measures by itself, in a period of its own, and says when a measurement waits.</summary>
public abstract class ScdSensor(SensorId id, I2cDevice device, TimeProvider time, ImmutableArray<Quantity> quantities, ScdProtocol protocol)
    : SensirionSensor(id, device, time, quantities)
{
    /// <summary>Whether the answer to the question for data says that a measurement waits.</summary>
    protected abstract bool IsReady(ushort answer);

    /// <summary>The words of one measurement as quantities.</summary>
    protected abstract void Convert(ReadOnlySpan<ushort> words, SampleBuffer into);

    /// <summary>The time that the interface description leaves the chip between a command and its answer.</summary>
    protected ValueTask WaitForAnswerAsync(CancellationToken cancellationToken) => WaitAsync(protocol.CommandMilliseconds, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected sealed override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        // What waits in the chip may be as old as our own period: it is thrown away, and the next one is waited for.
        (SensorFault? fault, bool ready) = await BecomesReadyAsync(0, cancellationToken);
        if (fault is not null)
        {
            return fault;
        }

        if (ready)
        {
            Send(protocol.ReadMeasurement);
            await WaitForAnswerAsync(cancellationToken);
            if (Receive(stackalloc ushort[protocol.Words]) is { } old)
            {
                return old;
            }
        }

        (fault, ready) = await BecomesReadyAsync(protocol.MostPolls, cancellationToken);
        if (fault is not null || !ready)
        {
            return fault ?? NotReady($"no measurement within {protocol.MostPolls * protocol.PollMilliseconds / 1000:0.#} s");
        }

        Send(protocol.ReadMeasurement);
        await WaitForAnswerAsync(cancellationToken);
        Span<ushort> words = stackalloc ushort[protocol.Words];
        fault = Receive(words);
        if (fault is null)
        {
            Convert(words, into);
        }

        return fault;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(SensorFault? Fault, bool Ready)> BecomesReadyAsync(int polls, CancellationToken cancellationToken)
    {
        for (int poll = 0; ; poll++)
        {
            Send(protocol.GetDataReady);
            await WaitForAnswerAsync(cancellationToken);
            SensorFault? fault = Ready(out bool ready);
            if (fault is not null || ready || poll >= polls)
            {
                return (fault, ready);
            }

            await WaitAsync(protocol.PollMilliseconds, cancellationToken);
        }
    }

    private SensorFault? Ready(out bool ready)
    {
        Span<ushort> word = stackalloc ushort[1];
        SensorFault? fault = Receive(word);
        ready = IsReady(word[0]);
        return fault;
    }
}
