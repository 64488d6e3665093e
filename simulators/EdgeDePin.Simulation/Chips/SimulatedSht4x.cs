using EdgeDePin.Model;
using EdgeDePin.Sensors.Weather.Sht4x;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An SHT4x as its commands of one byte.</summary>
public sealed class SimulatedSht4x(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, int address = Sht4xSensor.DefaultI2cAddress)
    : SimulatedSensirion(address, time, faults)
{
    protected override int CommandLength => 1;

    protected override void Command(int command, ReadOnlySpan<ushort> arguments)
    {
        switch ((Sht4xCommand)command)
        {
            case Sht4xCommand.MeasureHighPrecision:
                Answer(8.3, Ticks(environment(Quantity.Temperature, Now), -45, 175), Ticks(environment(Quantity.RelativeHumidity, Now), -6, 125));
                break;
            case Sht4xCommand.ReadSerialNumber:
                Answer(0, 0x0F29, 0x17C6);
                break;
            case Sht4xCommand.SoftReset:
                PowerOn();
                break;
            default:
                throw NotAcknowledged();
        }
    }
}
