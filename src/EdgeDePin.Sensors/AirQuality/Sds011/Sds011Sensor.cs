using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.AirQuality.Sds011;

/// <summary>
/// Nova Fitness SDS011 on a serial line: mass of fine dust, PM2.5 and PM10, in query mode. See README.md beside this file.
/// </summary>
public sealed class Sds011Sensor : SerialSensor, ILaserSensor
{
    public const int DefaultBaud = 9_600;

    // A command and its answer are 29 bytes, 30 ms at 9600 bit/s; the chip itself answers within its cycle of one second.
    private static readonly TimeSpan MostPatience = TimeSpan.FromMilliseconds(1_500);

    private readonly Sds011FrameScanner _scanner = new();
    private readonly bool _sleeps;
    private bool _worksAlways;

    /// <param name="sleeps">Fan and laser are off between samples.</param>
    public Sds011Sensor(SensorId id, StreamPort port, bool sleeps = false)
        : base(id, port, Measures, sleeps ? MostPatience + LaserClock.WarmUp : MostPatience) =>
        (_sleeps, Laser) = (sleeps, new LaserClock(port.Time));

    /// <summary>How long the laser has been on.</summary>
    public LaserClock Laser { get; }

    /// <param name="stream">An open line at 9600 bit/s, 8N1. It is closed after a fault, so this suits tests and short runs.</param>
    public Sds011Sensor(SensorId id, Stream stream, TimeProvider time)
        : this(id, new StreamPort(stream, time))
    {
    }

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Pm25, Quantity.Pm10];

    public static ISensor Open(SensorPlace place)
    {
        place.HasNoAddress();
        return new Sds011Sensor(place.Id, place.Port(DefaultBaud), place.Options.SleepBetweenSamples);
    }

    // The chip speaks by itself until it is told not to, and forgets that when it is replaced. The reply to the first command
    // is the barrier: a report that stands before it in the line is an old one.
    protected override async ValueTask<Answer<SampleBuffer>> ExchangeAsync(
        Stream line, SampleBuffer into, CancellationToken cancellationToken)
    {
        _scanner.Clear();
        Laser.SwitchOn();
        if (_sleeps)
        {
            await line.WriteAsync(Sds011Command.WakeUp, cancellationToken);
            await FrameAsync(line, Sds011Frame.Reply, cancellationToken);
            await Task.Delay(LaserClock.WarmUp, Time, cancellationToken);
        }

        await line.WriteAsync(Sds011Command.SetQueryMode, cancellationToken);
        await FrameAsync(line, Sds011Frame.Reply, cancellationToken);
        if (!_worksAlways)
        {
            // Somebody may have given it a period, which it keeps for ever, and between which it does not answer.
            await line.WriteAsync(Sds011Command.WorkAlways, cancellationToken);
            await FrameAsync(line, Sds011Frame.Reply, cancellationToken);
            _worksAlways = true;
        }

        await line.WriteAsync(Sds011Command.AskConcentrations, cancellationToken);
        Sds011Frame report = await FrameAsync(line, Sds011Frame.Report, cancellationToken);
        if (report.Kind == Sds011Frame.ReportOfSds198)
        {
            return new SensorFault(FaultKind.WrongChip, $"an SDS198 reports PM100 of {report.Pm100} ug/m3", "Only an SDS011 tells PM2.5 and PM10; put one there.");
        }

        into.Add(Quantity.Pm25, report.Pm25);
        into.Add(Quantity.Pm10, report.Pm10);
        if (_sleeps)
        {
            await line.WriteAsync(Sds011Command.GoToSleep, cancellationToken);
            await FrameAsync(line, Sds011Frame.Reply, cancellationToken);
            Laser.SwitchOff();
        }

        return into;
    }

    protected override void Forget() => _worksAlways = false;

    private async ValueTask<Sds011Frame> FrameAsync(Stream line, byte kind, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_scanner.TryTake(out Sds011Frame? frame))
            {
                if (frame.Kind == kind || (kind == Sds011Frame.Report && frame.Kind == Sds011Frame.ReportOfSds198))
                {
                    return frame;
                }
            }

            int count = await line.ReadAsync(_scanner.Free, cancellationToken);
            if (count == 0)
            {
                throw new EndOfStreamException("the line was closed");
            }

            _scanner.Advance(count);
        }
    }

    protected override SensorFault? Disturbed(SensorFault silence) => _scanner.Discarded == 0 ? null : new(
        FaultKind.Corrupted,
        $"{silence.Detail}; {_scanner.Discarded} bytes without head, checksum and tail of a frame",
        "Check ground and length of the wires, and that the line runs at 9600 bit/s.");
}
