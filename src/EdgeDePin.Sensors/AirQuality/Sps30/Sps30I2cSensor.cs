using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Sensirion;

namespace EdgeDePin.Sensors.AirQuality.Sps30;

/// <summary>The same chip as <see cref="Sps30Sensor"/> on I2C (pin SEL to ground). See README.md beside this file.</summary>
public sealed class Sps30I2cSensor(SensorId id, I2cDevice device, TimeProvider time) : SensirionSensor(id, device, time, Sps30Frame.Measures)
{
    public const byte DefaultI2cAddress = 0x69;

    private const ushort FloatingPoint = 0x0300;
    private const int SerialWords = 16;
    private const int ValueWords = 20;

    // Section 6.3: start and stop take less than 20 ms, the others less than 5 ms.
    private const double StartMilliseconds = 20;
    private const double CommandMilliseconds = 5;
    private const double PollMilliseconds = 100;
    private const int MostPolls = 30;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        Send((ushort)Sps30Command.ReadSerialNumber);
        await WaitAsync(CommandMilliseconds, cancellationToken);
        if (Identify() is { } fault)
        {
            return fault;
        }

        // Starting is allowed only where nothing runs, and who set it up before us may have chosen other numbers.
        Send((ushort)Sps30Command.StopMeasurement);
        await WaitAsync(StartMilliseconds, cancellationToken);
        Send((ushort)Sps30Command.StartMeasurement, FloatingPoint);
        await WaitAsync(StartMilliseconds, cancellationToken);
        return null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        for (int poll = 0; ; poll++)
        {
            Send((ushort)Sps30Command.ReadDataReady);
            await WaitAsync(CommandMilliseconds, cancellationToken);
            SensorFault? fault = Ready(out bool isReady);
            if (fault is not null || poll == MostPolls)
            {
                return fault ?? NotReady("no measurement within three seconds");
            }

            if (isReady)
            {
                break;
            }

            await WaitAsync(PollMilliseconds, cancellationToken);
        }

        Send((ushort)Sps30Command.ReadMeasuredValues);
        await WaitAsync(CommandMilliseconds, cancellationToken);
        return Take(into);
    }

    private SensorFault? Identify()
    {
        Span<ushort> serial = stackalloc ushort[SerialWords];
        if (Receive(serial) is { } fault)
        {
            return fault;
        }

        return (serial[0] >> 8) is >= 0x20 and <= 0x7E ? null : WrongChip("the serial number", serial[0] >> 8, "letters or digits");
    }

    private SensorFault? Ready(out bool isReady)
    {
        Span<ushort> word = stackalloc ushort[1];
        SensorFault? fault = Receive(word);
        isReady = (word[0] & 0xFF) == 1;
        return fault;
    }

    private SensorFault? Take(SampleBuffer into)
    {
        Span<ushort> words = stackalloc ushort[ValueWords];
        SensorFault? fault = Receive(words);
        for (int i = 0; fault is null && i < Sps30Frame.Measures.Length; i++)
        {
            into.Add(Sps30Frame.Measures[i], SensirionFrame.Float(words[(2 * i)..]));
        }

        return fault;
    }
}
