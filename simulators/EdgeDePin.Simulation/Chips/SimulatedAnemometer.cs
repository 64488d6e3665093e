using EdgeDePin.Model;
using EdgeDePin.Sensors.Weather.Anemometer;
using EdgeDePin.Simulation.Buses;

namespace EdgeDePin.Simulation.Chips;

/// <summary>Cups that close a contact once in a turn, as fast as the wind of the environment turns them.</summary>
public sealed class SimulatedAnemometer : SimulatedContact, IDisposable
{
    // Short enough for gusts; a turn that falls due in between comes at the next step.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly EnvironmentSource _environment;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private DateTimeOffset _turnedUntil;
    private double _turns;

    public SimulatedAnemometer(SimulatedGpio gpio, int pin, EnvironmentSource environment, TimeProvider time)
        : base(gpio, pin)
    {
        (_environment, _time) = (environment, time);
        _turnedUntil = time.GetUtcNow();
        _timer = time.CreateTimer(_ => Turn(), null, Step, Step);
    }

    public void Dispose() => _timer.Dispose();

    private void Turn()
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            double hertz = (_environment(Quantity.WindSpeed, now) ?? 0) / AnemometerSensor.MetresPerSecondPerHertz;
            _turns += hertz * (now - _turnedUntil).TotalSeconds;
            _turnedUntil = now;
            for (; _turns >= 1; _turns--)
            {
                Pulse();
            }
        }
    }
}
