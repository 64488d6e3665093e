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
        if (Refused("to be quiet", await FrameAsync(line, isQuiet: false, cancellationToken)) is { } noisy)
        {
            return noisy;
        }

        await line.WriteAsync(Hpma115Frame.Ask, cancellationToken);
        ReadOnlyMemory<byte> frame = await FrameAsync(line, isQuiet: true, cancellationToken);
        if (Refused("to report", frame) is { } fault)
        {
            return fault;
        }

        Hpma115Frame.Convert(frame.Span, into);
        return into;
    }

    protected override SensorFault? Disturbed(SensorFault silence) => _scanner.Discarded + _scanner.Waiting == 0 ? null : new(
        FaultKind.Corrupted,
        $"{silence.Detail}; {_scanner.Discarded + _scanner.Waiting} bytes without head and checksum of an answer",
        "Check ground and length of the wires, and that the line runs at 9600 bit/s.");

    private static SensorFault? Refused(string what, ReadOnlyMemory<byte> answer) => answer.Length switch
    {
        Hpma115Frame.LargerLength => new SensorFault(
            FaultKind.WrongChip, "it answers with two concentrations, as an HPMA115S0 does, and not with four",
            "Use an HPMA115C0: the larger HPMA115S0 is not read."),
        Hpma115Frame.Length => null,
        _ when Hpma115Frame.IsRefusal(answer.Span) => new SensorFault(
            FaultKind.Refused, $"it refuses {what} (96 96)",
            "Take its supply away for ten seconds; if it goes on refusing it is no HPMA115C0, or defective."),
        _ => null,
    };

    // Until it is quiet, concentrations are of its own accord: only an answer to the command ends the waiting, or the frame of another model.
    private async ValueTask<ReadOnlyMemory<byte>> FrameAsync(Stream line, bool isQuiet, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadOnlyMemory<byte> frame = await _scanner.ReadAsync(line, cancellationToken);
            bool isAnswer = frame.Length == Hpma115Frame.LargerLength || (isQuiet
                ? frame.Length == Hpma115Frame.Length || Hpma115Frame.IsRefusal(frame.Span)
                : frame.Length == Hpma115Frame.Done.Length);
            if (isAnswer)
            {
                return frame;
            }
        }
    }
}
