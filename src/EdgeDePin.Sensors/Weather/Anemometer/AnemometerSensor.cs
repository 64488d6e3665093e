using System.Collections.Immutable;
using System.Device.Gpio;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Weather.Anemometer;

/// <summary>A cup anemometer that closes a contact once in a turn, at a pin. See README.md beside this file.</summary>
public sealed class AnemometerSensor(SensorId id, Func<GpioController> open, int pin, TimeProvider time)
    : PulseSensor(id, open, pin, time, Measures)
{
    /// <summary>2.4 km/h at one pulse a second (SparkFun SEN-15901, Argent 80422).</summary>
    public const double MetresPerSecondPerHertz = 2.4 / 3.6;

    private readonly WindPulses _pulses = new(MetresPerSecondPerHertz);
    private readonly ReusableDelay _delay = new(time);
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _taken;

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.WindSpeed, Quantity.WindGust];

    public static ISensor Open(SensorPlace place)
    {
        place.HasNoAddress();
        return new AnemometerSensor(place.Id, place.Buses.OpenGpio, ((BusName.Gpio)place.Bus).Pin, place.Time);
    }

    protected override void Pulse(long timestamp) => _pulses.Pulse(Since(timestamp));

    protected override void Take(long timestamp, SampleBuffer into)
    {
        _taken = Since(timestamp);
        (double mean, double gust) = _pulses.Take(_taken);
        into.Add(Quantity.WindSpeed, mean);
        into.Add(Quantity.WindGust, gust);
    }

    // In less than three seconds a pulse more or less is half a metre per second.
    protected override ValueTask UntilDueAsync(CancellationToken cancellationToken) =>
        _delay.WaitAsync(_taken + WindPulses.Gust - Since(Time.GetTimestamp()), cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _delay.Dispose();
        }

        base.Dispose(disposing);
    }

    private TimeSpan Since(long timestamp) => Time.GetElapsedTime(_start, timestamp);
}
