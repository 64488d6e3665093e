namespace EdgeDePin.Simulation.Buses;

/// <summary>A contact at a pin that something moves: cups, a bucket.</summary>
public abstract class SimulatedContact(SimulatedGpio gpio, int pin)
{
    /// <summary>While false its wire is cut: nothing arrives at the pin.</summary>
    public bool IsPlugged { get; set; } = true;

    /// <summary>One short closure.</summary>
    protected void Pulse()
    {
        if (IsPlugged)
        {
            gpio.Pulse(pin);
        }
    }
}
