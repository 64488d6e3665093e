using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality.Sps30;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An SPS30 on I2C: it measures when started, each second anew, and tells whether that was read.</summary>
public sealed class SimulatedSps30I2c(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, int address = Sps30I2cSensor.DefaultI2cAddress)
    : SimulatedSensirion(address, time, faults)
{
    private const string Serial = "0123456789ABCDEF0123456789ABCDEF";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private DateTimeOffset? _startedAt;
    private long _read;

    public override void PowerOn()
    {
        base.PowerOn();
        (_startedAt, _read) = (null, 0);
    }

    protected override void Command(int command, ReadOnlySpan<ushort> arguments)
    {
        switch ((Sps30Command)command)
        {
            case Sps30Command.StartMeasurement when arguments is [0x0300] && _startedAt is null:
                (_startedAt, _read) = (Now, 0);
                break;
            case Sps30Command.StopMeasurement:
                _startedAt = null;
                break;
            case Sps30Command.ReadDataReady:
                Answer(5, (ushort)(Measured > _read && environment(Sps30Frame.Measures[0], Now) is not null ? 1 : 0));
                break;
            case Sps30Command.ReadMeasuredValues:
                _read = Measured;
                Answer(5, _startedAt is null ? new ushort[20] : Values());
                break;
            case Sps30Command.ReadSerialNumber:
                Answer(5, [.. Enumerable.Range(0, Serial.Length / 2).Select(i => (ushort)((Serial[2 * i] << 8) | Serial[(2 * i) + 1]))]);
                break;
            default:
                throw NotAcknowledged();
        }
    }

    // How many measurements there have been since it was started.
    private long Measured => _startedAt is { } since ? (Now - since).Ticks / Period.Ticks : 0;

    private ushort[] Values()
    {
        var words = new List<ushort>(2 * Sps30Frame.Measures.Length);
        foreach (Quantity quantity in Sps30Frame.Measures)
        {
            float value = (float)(environment(quantity, Now) ?? 0);
            words.AddRange([High(value), Low(value)]);
        }

        return [.. words];
    }
}
