using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality.Scd30;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An SCD30: measures in its interval once it was started, and keeps only the newest.</summary>
public sealed class SimulatedScd30(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, int address = Scd30Sensor.DefaultI2cAddress)
    : SimulatedSensirion(address, time, faults)
{
    private TimeSpan _interval = TimeSpan.FromSeconds(2);
    private DateTimeOffset? _nextAt;
    private ushort[]? _measured;

    public override void PowerOn()
    {
        base.PowerOn();
        (_nextAt, _measured) = (null, null);
    }

    protected override void Command(int command, ReadOnlySpan<ushort> arguments)
    {
        Measure();
        switch ((Scd30Command)command)
        {
            case Scd30Command.StartContinuousMeasurement when arguments.Length == 1:
                _nextAt ??= Now + _interval;
                break;
            case Scd30Command.SetInterval when arguments.Length == 1 && arguments[0] is >= 2 and <= 1_800:
                _interval = TimeSpan.FromSeconds(arguments[0]);
                break;
            case Scd30Command.GetDataReady:
                Answer(3, (ushort)(_measured is null ? 0 : 1));
                break;
            case Scd30Command.ReadMeasurement:
                Answer(3, _measured ?? new ushort[6]);
                _measured = null;
                break;
            case Scd30Command.ReadFirmwareVersion:
                Answer(3, 0x0342);
                break;
            default:
                throw NotAcknowledged();
        }
    }

    private void Measure()
    {
        while (_nextAt is { } at && at <= Now)
        {
            float carbonDioxide = (float)(environment(Quantity.CarbonDioxide, at) ?? 0);
            float celsius = (float)(environment(Quantity.Temperature, at) ?? double.NaN);
            float humidity = (float)(environment(Quantity.RelativeHumidity, at) ?? double.NaN);
            _measured = [High(carbonDioxide), Low(carbonDioxide), High(celsius), Low(celsius), High(humidity), Low(humidity)];
            _nextAt = at + _interval;
        }
    }
}
