using System.Collections.Immutable;
using System.Device.Gpio;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Weather.RainGauge;

/// <summary>A tipping bucket that closes a contact at each tip, at a pin. See README.md beside this file.</summary>
public sealed class RainGaugeSensor(SensorId id, Func<GpioController> open, int pin, TimeProvider time)
    : PulseSensor(id, open, pin, time, Measures)
{
    /// <summary>0.011 inch (SparkFun SEN-15901, Argent 80422, Misol).</summary>
    public const double MillimetresPerTip = 0.2794;

    private readonly RainTips _tips = new(MillimetresPerTip);
    private readonly long _start = time.GetTimestamp();

    public static ImmutableArray<Quantity> Measures { get; } = [Quantity.Rain, Quantity.RainRate];

    public static ISensor Open(SensorPlace place)
    {
        place.HasNoAddress();
        return new RainGaugeSensor(place.Id, place.Buses.OpenGpio, ((BusName.Gpio)place.Bus).Pin, place.Time);
    }

    protected override void Pulse(long timestamp) => _tips.Tip(Since(timestamp));

    protected override void Take(long timestamp, SampleBuffer into)
    {
        into.Add(Quantity.Rain, _tips.Millimetres);
        into.Add(Quantity.RainRate, _tips.Rate(Since(timestamp)));
    }

    protected override ValueTask UntilDueAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private TimeSpan Since(long timestamp) => Time.GetElapsedTime(_start, timestamp);
}
