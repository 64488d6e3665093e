using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.AirQuality.Pms5003;

/// <summary>
/// Plantower PMS5003 (PMS7003, PMSA003), PMS5003T and PMS3003 on a serial line: fine dust by mass and number. See README.md
/// beside this file.
/// </summary>
/// <param name="sleeps">Fan and laser are off between samples; of no meaning for a model that knows no commands.</param>
public sealed class Pms5003Sensor(SensorId id, StreamPort port, Pms5003Model model, bool sleeps = false)
    : SerialSensor(id, port, model.Measures, sleeps ? MostPatience + LaserClock.WarmUp : MostPatience), ILaserSensor
{
    /// <summary>How long the laser has been on.</summary>
    public LaserClock Laser { get; } = new(port.Time);

    public const int DefaultBaud = 9_600;

    // In active mode a report comes every 0.2 to 2.3 s.
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(3);

    // A report of 32 bytes takes 33 ms on the line; a longer silence divides what was waiting from what is new.
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(60);

    private readonly FrameScanner _scanner = new(Pms5003Frame.At, Pms5003Frame.Longest);

    public static ISensor Open(SensorPlace place) => Open(place, Pms5003Model.Pms5003);

    public static ISensor OpenPms3003(SensorPlace place) => Open(place, Pms5003Model.Pms3003);

    public static ISensor OpenPms5003T(SensorPlace place) => Open(place, Pms5003Model.Pms5003T);

    protected override async ValueTask<Answer<SampleBuffer>> ExchangeAsync(
        Stream line, SampleBuffer into, CancellationToken cancellationToken)
    {
        _scanner.Clear();
        Laser.SwitchOn();
        if (sleeps && model.Obeys)
        {
            await line.WriteAsync(Pms5003Command.WakeUp, cancellationToken);
            await Task.Delay(LaserClock.WarmUp, Time, cancellationToken);
        }

        ReadOnlyMemory<byte> frame = model.Obeys
            ? await AskAsync(line, cancellationToken)
            : await ListenAsync(line, cancellationToken);
        if (frame.Length != model.Length)
        {
            return new SensorFault(
                FaultKind.WrongChip, $"a frame of {frame.Length} bytes, expected {model.Length}",
                "Configure the model that is there: a PMS3003 sends 24 bytes, a PMS5003 32.");
        }

        // Who speaks by itself begins a frame after a silence; if something else stood there, the line is disturbed.
        if (!model.Obeys && _scanner.Discarded > 0)
        {
            return Disturbed(new SensorFault(FaultKind.Corrupted, "a frame was lost", ""))!;
        }

        model.Convert(frame.Span, into);
        if (sleeps && model.Obeys)
        {
            await line.WriteAsync(Pms5003Command.GoToSleep, cancellationToken);
            Laser.SwitchOff();
        }

        return into;
    }

    // As with the SDS011, the reply to a command is the barrier between what was waiting in the line and what we asked for.
    private async ValueTask<ReadOnlyMemory<byte>> AskAsync(Stream line, CancellationToken cancellationToken)
    {
        await line.WriteAsync(Pms5003Command.Passive, cancellationToken);
        while (!Pms5003Frame.IsReply(await _scanner.ReadAsync(line, cancellationToken), Pms5003Command.Mode))
        {
        }

        await line.WriteAsync(Pms5003Command.Ask, cancellationToken);
        return await _scanner.ReadAsync(line, cancellationToken);
    }

    // What does not come after a silence was waiting: it is not advanced over, so the next read takes its place.
    private async ValueTask<ReadOnlyMemory<byte>> ListenAsync(Stream line, CancellationToken cancellationToken)
    {
        while (true)
        {
            long asked = Time.GetTimestamp();
            int count = await line.ReadAsync(_scanner.Free, cancellationToken);
            if (count == 0)
            {
                throw new EndOfStreamException("the line was closed");
            }

            bool isNew = Time.GetElapsedTime(asked) >= Silence;
            if (isNew)
            {
                _scanner.Advance(count);
                return await _scanner.ReadAsync(line, cancellationToken);
            }
        }
    }

    protected override SensorFault? Disturbed(SensorFault silence) => _scanner.Discarded == 0 ? null : new(
        FaultKind.Corrupted,
        $"{silence.Detail}; {_scanner.Discarded} bytes without head and checksum of a frame",
        "Check ground and length of the wires, and that the line runs at 9600 bit/s.");

    private static Pms5003Sensor Open(SensorPlace place, Pms5003Model model)
    {
        place.HasNoAddress();
        return new Pms5003Sensor(place.Id, place.Port(DefaultBaud), model, place.Options.SleepBetweenSamples);
    }
}
