using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality.Scd4x;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An SCD4x: a measurement every five seconds while it measures, and nothing else acknowledged meanwhile.</summary>
public sealed class SimulatedScd4x(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, int address = Scd4xSensor.DefaultI2cAddress)
    : SimulatedSensirion(address, time, faults)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private DateTimeOffset? _nextAt;
    private ushort[]? _measured;

    /// <summary>What it was told of the air pressure, hPa; 0: nothing.</summary>
    public ushort AmbientPressure { get; private set; }

    public override void PowerOn()
    {
        base.PowerOn();
        (_nextAt, _measured, AmbientPressure) = (null, null, 0);
    }

    protected override void Command(int command, ReadOnlySpan<ushort> arguments)
    {
        Measure();
        bool isMeasuring = _nextAt is not null;
        switch ((Scd4xCommand)command)
        {
            case Scd4xCommand.StartPeriodicMeasurement when !isMeasuring:
                _nextAt = Now + Interval;
                break;
            case Scd4xCommand.StopPeriodicMeasurement:
                (_nextAt, _measured) = (null, null);
                break;
            case Scd4xCommand.GetDataReady:
                Answer(0.9, (ushort)(_measured is null ? 0x8000 : 0x8006));
                break;
            case Scd4xCommand.ReadMeasurement when _measured is { } words:
                Answer(0.9, words);
                _measured = null;
                break;
            case Scd4xCommand.SetAmbientPressure when arguments.Length == 1:
                AmbientPressure = arguments[0];
                break;
            case Scd4xCommand.GetSerialNumber when !isMeasuring:
                Answer(0.9, 0xF896, 0x9F07, 0x3BBE);
                break;
            default:
                throw NotAcknowledged();
        }
    }

    private void Measure()
    {
        while (_nextAt is { } at && at <= Now)
        {
            _measured = environment(Quantity.CarbonDioxide, at) is not { } carbonDioxide ? null :
            [
                (ushort)Math.Clamp(Math.Round(carbonDioxide), 0, 40_000),
                Ticks(environment(Quantity.Temperature, at), -45, 175),
                Ticks(environment(Quantity.RelativeHumidity, at), 0, 100),
            ];
            _nextAt = at + Interval;
        }
    }
}
