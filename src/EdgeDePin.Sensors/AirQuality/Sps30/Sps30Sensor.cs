using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.AirQuality.Sps30;

/// <summary>
/// Sensirion SPS30 on a serial line: fine dust by mass and number, a new measurement each second. See README.md beside this
/// file.
/// </summary>
public sealed class Sps30Sensor(SensorId id, StreamPort port) : SerialSensor(id, port, Sps30Frame.Measures, MostPatience)
{
    public const int DefaultBaud = 115_200;

    private const int DataLength = 40;
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly FrameScanner _scanner = new(Shdlc.At, Sps30Frame.Longest);
    private readonly byte[] _content = new byte[Sps30Frame.LongestContent];

    public static ISensor Open(SensorPlace place)
    {
        if (place.Bus.Kind == BusKind.I2c)
        {
            const byte address = Sps30I2cSensor.DefaultI2cAddress;
            return new Sps30I2cSensor(place.Id, place.I2c(address, address, address), place.Time);
        }

        place.HasNoAddress();
        return new Sps30Sensor(place.Id, place.Port(DefaultBaud));
    }

    protected override async ValueTask<Answer<SampleBuffer>> ExchangeAsync(
        Stream line, SampleBuffer into, CancellationToken cancellationToken)
    {
        _scanner.Clear();

        // Starting what runs is refused with 0x43 and changes nothing; after a brown-out it is what makes the chip measure again.
        (byte state, _) = await AskAsync(line, Sps30Frame.Start, Sps30Frame.StartMeasurement, cancellationToken);
        if ((state & ~Sps30Frame.DeviceError) is not (0 or Sps30Frame.NotAllowedNow))
        {
            return Refused(state);
        }

        // The first answer may be of long ago. After it the chip has nothing until the next second, and says so by no data.
        await AskAsync(line, Sps30Frame.Read, Sps30Frame.ReadValues, cancellationToken);
        while (true)
        {
            (state, int length) = await AskAsync(line, Sps30Frame.Read, Sps30Frame.ReadValues, cancellationToken);
            if (state != 0)
            {
                return Refused(state);
            }

            if (length == DataLength)
            {
                Sps30Frame.Convert(_content.AsSpan(4, DataLength), into);
                return into;
            }

            await Task.Delay(Poll, Time, cancellationToken);
        }
    }

    private async ValueTask<(byte State, int Length)> AskAsync(
        Stream line, ReadOnlyMemory<byte> question, byte command, CancellationToken cancellationToken)
    {
        await line.WriteAsync(question, cancellationToken);
        while (true)
        {
            ReadOnlyMemory<byte> frame = await _scanner.ReadAsync(line, cancellationToken);
            if (Shdlc.TryDecode(frame.Span, _content, out int length) && _content[1] == command && _content[3] == length - 4)
            {
                return (_content[2], length - 4);
            }
        }
    }

    protected override SensorFault? Disturbed(SensorFault silence) => _scanner.Discarded + _scanner.Waiting == 0 ? null : new(
        FaultKind.Corrupted,
        $"{silence.Detail}; {_scanner.Discarded + _scanner.Waiting} bytes without flags and checksum of a frame",
        "Check ground and length of the wires (20 cm at most), and that the line runs at 115200 bit/s.");

    private static SensorFault Refused(byte state) => (state & Sps30Frame.DeviceError) != 0
        ? new(FaultKind.Refused, $"state {state:X2}: the chip reports an error of its fan or laser", "Clean the fan; if it stays, the sensor is worn out.")
        : new(FaultKind.Refused, $"state {state:X2}", "Power-cycle the sensor.");
}
