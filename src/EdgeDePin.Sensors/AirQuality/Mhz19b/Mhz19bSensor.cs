using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.AirQuality.Mhz19b;

/// <summary>Winsen MH-Z19B on a serial line: carbon dioxide, 0 to 10,000 ppm. See README.md beside this file.</summary>
public sealed class Mhz19bSensor(SensorId id, StreamPort port) : SerialSensor(id, port, Measures, MostPatience)
{
    public const int DefaultBaud = 9_600;
    private const int MostParts = 10_000;

    private static readonly TimeSpan MostPatience = TimeSpan.FromMilliseconds(1_000);

    private readonly FrameScanner _scanner = new(Mhz19bFrame.At, Mhz19bFrame.Length);

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.CarbonDioxide];

    public static ISensor Open(SensorPlace place)
    {
        place.HasNoAddress();
        return new Mhz19bSensor(place.Id, place.Port(DefaultBaud));
    }

    protected override async ValueTask<Answer<SampleBuffer>> ExchangeAsync(
        Stream line, SampleBuffer into, CancellationToken cancellationToken)
    {
        _scanner.Clear();
        await line.WriteAsync(Mhz19bFrame.Ask, cancellationToken);
        ReadOnlyMemory<byte> frame = await _scanner.ReadAsync(line, cancellationToken);
        int parts = Mhz19bFrame.CarbonDioxide(frame.Span);
        if (parts is 0 or > MostParts)
        {
            return new SensorFault(
                FaultKind.NotReady, $"{parts} ppm is not in any air", "None needed in the first three minutes; otherwise check the supply of 5 V.");
        }

        into.Add(Quantity.CarbonDioxide, parts);
        return into;
    }

    protected override SensorFault? Disturbed(SensorFault silence) => _scanner.Discarded == 0 ? null : new(
        FaultKind.Corrupted,
        $"{silence.Detail}; {_scanner.Discarded} bytes without head and checksum of an answer",
        "Check ground and length of the wires, and that the line runs at 9600 bit/s.");
}
