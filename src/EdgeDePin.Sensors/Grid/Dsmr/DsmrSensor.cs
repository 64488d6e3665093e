using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Grid.Dsmr;

/// <summary>
/// The customer port of a smart meter, which sends a telegram by itself every one to ten seconds. See README.md beside this
/// file.
/// </summary>
public sealed class DsmrSensor(SensorId id, StreamPort port) : SerialSensor(id, port, DsmrConversion.Measures, MostPatience), ISensor
{
    public const int DefaultBaud = 115_200;

    // DSMR 4 sends every ten seconds.
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(13);

    // A telegram of 3.5 kB takes 0.3 s at 115200 bit/s and has no pause inside; a silence before it tells that it is new.
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(150);

    private readonly DsmrScanner _scanner = new();
    private readonly byte[] _buffer = new byte[1_024];
    private IReadOnlyList<Quantity>? _told;

    /// <summary>What the meter's first telegram had; before it, all that there may be.</summary>
    IReadOnlyList<Quantity> ISensor.Quantities => _told ?? DsmrConversion.Measures;

    public static ISensor Open(SensorPlace place)
    {
        place.HasNoAddress();
        return new DsmrSensor(place.Id, place.Port(DefaultBaud));
    }

    protected override void Forget() => _told = null;

    protected override async ValueTask<Answer<SampleBuffer>> ExchangeAsync(
        Stream line, SampleBuffer into, CancellationToken cancellationToken)
    {
        _scanner.Clear();
        bool isNew = false;
        while (true)
        {
            long asked = Time.GetTimestamp();
            int count = await line.ReadAsync(_buffer, cancellationToken);
            if (count == 0)
            {
                throw new EndOfStreamException("the line was closed");
            }

            // What was waiting in the line when we came is of some time ago; the next telegram begins after a silence.
            isNew |= Time.GetElapsedTime(asked) >= Silence;
            for (int at = 0; isNew && at < count;)
            {
                Answer<DsmrTelegram>? found = _scanner.Take(_buffer.AsSpan(at, count - at), out int taken);
                at += taken;
                if (found is { } answer)
                {
                    return answer.Failed(out SensorFault? fault, out DsmrTelegram? telegram) ? fault
                        : _scanner.Discarded > 0 ? Disturbed(new SensorFault(FaultKind.Corrupted, "a telegram was lost", ""))!
                        : Take(telegram, into);
                }
            }
        }
    }

    protected override SensorFault? Disturbed(SensorFault silence) => _scanner.Discarded == 0 ? null : new(
        FaultKind.Corrupted, $"{silence.Detail}; {_scanner.Discarded} bytes outside of a telegram",
        "Check the bits per second (9600 7E1 before DSMR 4), and whether the line is inverted.");

    private Answer<SampleBuffer> Take(DsmrTelegram telegram, SampleBuffer into)
    {
        DsmrConversion.Convert(telegram, into);
        if (into.Count == 0)
        {
            return new SensorFault(FaultKind.NotReady, $"the telegram of {telegram.Header} has no value we know", "Ask the operator of the grid to open the port.");
        }

        if (_told is null)
        {
            var told = new List<Quantity>();
            foreach (Measurement one in into.Measurements)
            {
                told.Add(one.Quantity);
            }

            _told = told;
        }

        return into;
    }
}
