using EdgeDePin.Model;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>What INA219 and INA226 share: without calibration the current reads 0, and a written mode triggers one conversion.</summary>
public abstract class SimulatedIna2xx(
    EnvironmentSource environment, TimeProvider time, FaultPlan? faults, int address, double shuntOhms)
    : SimulatedRegisters(address, time, faults)
{
    protected const byte Configuration = 0;
    protected const byte Shunt = 1;
    protected const byte Bus = 2;
    protected const byte Power = 3;
    protected const byte Current = 4;
    protected const byte Calibration = 5;

    private DateTimeOffset? _convertedAt;

    protected abstract ushort PowerOnConfiguration { get; }

    protected abstract TimeSpan Conversion { get; }

    protected double ShuntVolts => (environment(Quantity.Current, Now) ?? 0) * shuntOhms;

    protected double BusVolts => environment(Quantity.Voltage, Now) ?? 0;

    public override void PowerOn()
    {
        base.PowerOn();
        this[Configuration] = PowerOnConfiguration;
        _convertedAt = null;
    }

    protected override void Written(byte register, ushort value)
    {
        if (register == Configuration && (value & 0x8000) != 0)
        {
            PowerOn();
        }
        else if (register == Configuration)
        {
            this[Configuration] = value;
            _convertedAt = (value & 0b111) is >= 1 and <= 3 ? Now + Conversion : null;
        }
        else if (register == Calibration)
        {
            this[Calibration] = value;
        }
    }

    protected override void PassTime()
    {
        if (_convertedAt is { } at && at <= Now)
        {
            _convertedAt = null;
            Convert();
        }
    }

    /// <summary>Fills the registers of one conversion.</summary>
    protected abstract void Convert();
}
