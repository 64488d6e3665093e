using EdgeDePin.Sensors.Grid.Ina226;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An INA226 as its registers (SBOS547B): current = shunt × calibration / 2048, power = current × bus / 20000.</summary>
public sealed class SimulatedIna226 : SimulatedIna2xx
{
    private const ushort Ready = 1 << 3;

    public SimulatedIna226(
        EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null,
        int address = Ina226Sensor.DefaultI2cAddress, double shuntOhms = Ina226Sensor.DefaultShuntOhms)
        : base(environment, time, faults, address, shuntOhms) => PowerOn();

    protected override ushort PowerOnConfiguration => Ina226Conversion.PowerOn;

    protected override TimeSpan Conversion => TimeSpan.FromMilliseconds(35.2);

    public override void PowerOn()
    {
        base.PowerOn();
        this[(byte)Ina226Register.ManufacturerId] = 0x5449;
        this[(byte)Ina226Register.DieId] = 0x2260;
    }

    protected override void Convert()
    {
        int shunt = Inverse.Steps(ShuntVolts, 2.5e-6, -32_768, 32_767);
        int bus = Inverse.Steps(BusVolts, 1.25e-3, 0, 32_767);
        int current = (int)((long)shunt * this[Calibration] / 2_048);
        this[Shunt] = (ushort)(short)shunt;
        this[Bus] = (ushort)bus;
        this[Current] = (ushort)(short)current;
        this[Power] = (ushort)((long)Math.Abs(current) * bus / 20_000);
        this[(byte)Ina226Register.MaskEnable] |= Ready;
    }

    protected override ushort Shown(byte register)
    {
        ushort value = base.Shown(register);
        if (register == (byte)Ina226Register.MaskEnable)
        {
            this[register] &= unchecked((ushort)~Ready);
        }

        return value;
    }
}
