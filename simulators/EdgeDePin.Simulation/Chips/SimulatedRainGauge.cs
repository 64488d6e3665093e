using EdgeDePin.Model;
using EdgeDePin.Sensors.Weather.RainGauge;
using EdgeDePin.Simulation.Buses;

namespace EdgeDePin.Simulation.Chips;

/// <summary>A bucket that tips whenever another 0.2794 mm of the environment's rain have come down, and bounces doing so.</summary>
public sealed class SimulatedRainGauge : SimulatedContact, IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private const int Bounces = 2;

    private readonly EnvironmentSource _environment;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private double _tipped;

    public SimulatedRainGauge(SimulatedGpio gpio, int pin, EnvironmentSource environment, TimeProvider time)
        : base(gpio, pin)
    {
        (_environment, _time) = (environment, time);
        _tipped = environment(Quantity.Rain, time.GetUtcNow()) ?? 0;
        _timer = time.CreateTimer(_ => Fill(), null, Step, Step);
    }

    public void Dispose() => _timer.Dispose();

    private void Fill()
    {
        lock (_lock)
        {
            if ((_environment(Quantity.Rain, _time.GetUtcNow()) ?? 0) - _tipped < RainGaugeSensor.MillimetresPerTip)
            {
                return;
            }

            _tipped += RainGaugeSensor.MillimetresPerTip;
            for (int bounce = 0; bounce <= Bounces; bounce++)
            {
                Pulse();
            }
        }
    }
}
