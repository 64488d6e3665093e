using EdgeDePin.Model;
using EdgeDePin.Sensors.Weather.Sht3x;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An SHT3x as its commands and its status.</summary>
public sealed class SimulatedSht3x(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, int address = Sht3xSensor.DefaultI2cAddress)
    : SimulatedSensirion(address, time, faults)
{
    private const ushort AfterReset = 0x8010;
    private ushort _status = AfterReset;

    public override void PowerOn()
    {
        base.PowerOn();
        _status = AfterReset;
    }

    protected override void Command(int command, ReadOnlySpan<ushort> arguments)
    {
        switch ((Sht3xCommand)command)
        {
            case Sht3xCommand.MeasureHighNoStretch:
                Answer(15, Ticks(environment(Quantity.Temperature, Now), -45, 175), Ticks(environment(Quantity.RelativeHumidity, Now), 0, 100));
                break;
            case Sht3xCommand.SoftReset:
                PowerOn();
                break;
            case Sht3xCommand.ReadStatus:
                Answer(0, _status);
                break;
            case Sht3xCommand.ClearStatus:
                _status = 0;
                break;
            default:
                throw NotAcknowledged();
        }
    }
}
