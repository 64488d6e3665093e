using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.AirQuality.Hpma115;

/// <summary>Honeywell HPMA115C0 on a serial line: mass of fine dust of four sizes. See README.md beside this file.</summary>
public sealed class Hpma115Sensor(SensorId id, StreamPort port) : SerialSensor(id, port, Measures, MostPatience)
{
    public const int DefaultBaud = 9_600;

    private static readonly TimeSpan MostPatience = TimeSpan.FromMilliseconds(1_500);

    private readonly FrameScanner _scanner = new(Hpma115Frame.At, Hpma115Frame.Length);

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Pm1, Quantity.Pm25, Quantity.Pm4, Quantity.Pm10];

    public static ISensor Open(SensorPlace place)
    {
        place.HasNoAddress();
        return new Hpma115Sensor(place.Id, place.Port(DefaultBaud));
    }

    // The chip reports once a second until it is told not to; the acknowledgement divides what was waiting from what we ask for.
    protected override async ValueTask<Answer<SampleBuffer>> ExchangeAsync(
        Stream line, SampleBuffer into, CancellationToken cancellationToken)
    {
        _scanner.Clear();
        await line.WriteAsync(Hpma115Frame.BeQuiet, cancellationToken);
        await FrameAsync(line, Hpma115Frame.Done.Length, cancellationToken);
        await line.WriteAsync(Hpma115Frame.Ask, cancellationToken);
        ReadOnlyMemory<byte> frame = await FrameAsync(line, Hpma115Frame.Length, cancellationToken);
        Hpma115Frame.Convert(frame.Span, into);
        return into;
    }

    protected override SensorFault? Disturbed(SensorFault silence) => _scanner.Discarded + _scanner.Waiting == 0 ? null : new(
        FaultKind.Corrupted,
        $"{silence.Detail}; {_scanner.Discarded + _scanner.Waiting} bytes without head and checksum of an answer",
        "Check ground and length of the wires, and that the line runs at 9600 bit/s.");

    private async ValueTask<ReadOnlyMemory<byte>> FrameAsync(Stream line, int length, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadOnlyMemory<byte> frame = await _scanner.ReadAsync(line, cancellationToken);
            if (frame.Length == length)
            {
                return frame;
            }
        }
    }
}
