using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality.Sgp40;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An SGP40: its raw signal is whatever the environment has as <see cref="Quantity.VocRaw"/>.</summary>
public sealed class SimulatedSgp40(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, int address = Sgp40Sensor.DefaultI2cAddress)
    : SimulatedSensirion(address, time, faults)
{
    protected override void Command(int command, ReadOnlySpan<ushort> arguments)
    {
        switch ((Sgp40Command)command)
        {
            case Sgp40Command.MeasureRawSignal when arguments.Length == 2 && environment(Quantity.VocRaw, Now) is { } raw:
                Answer(30, (ushort)Math.Clamp(Math.Round(raw), 0, 65_535));
                break;
            case Sgp40Command.ExecuteSelfTest:
                Answer(320, 0xD400);
                break;
            case Sgp40Command.TurnHeaterOff:
                break;
            default:
                throw NotAcknowledged();
        }
    }
}
