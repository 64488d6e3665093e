using EdgeDePin.Sensors.Grid.Ina219;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An INA219 as its registers (SBOS448G): current = shunt × calibration / 4096, power = current × bus / 5000.</summary>
public sealed class SimulatedIna219 : SimulatedIna2xx
{
    private const ushort Ready = 0b10;

    public SimulatedIna219(
        EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null,
        int address = Ina219Sensor.DefaultI2cAddress, double shuntOhms = Ina219Sensor.DefaultShuntOhms)
        : base(environment, time, faults, address, shuntOhms) => PowerOn();

    protected override ushort PowerOnConfiguration => Ina219Conversion.PowerOn;

    protected override TimeSpan Conversion => TimeSpan.FromMilliseconds(17);

    protected override void Convert()
    {
        int shunt = Inverse.Steps(ShuntVolts, 10e-6, -32_000, 32_000);
        int bus = Inverse.Steps(BusVolts, 4e-3, 0, 8_000);
        int current = shunt * this[Calibration] / 4_096;
        this[Shunt] = (ushort)(short)shunt;
        this[Bus] = (ushort)((bus << 3) | Ready);
        this[Current] = (ushort)(short)current;
        this[Power] = (ushort)(Math.Abs(current) * bus / 5_000);
    }

    protected override ushort Shown(byte register)
    {
        ushort value = base.Shown(register);
        if (register == Power)
        {
            this[Bus] &= unchecked((ushort)~Ready);   // reading the power clears it
        }

        return value;
    }

    // Bit 0 of the calibration does not exist.
    protected override void Written(byte register, ushort value) =>
        base.Written(register, register == Calibration ? (ushort)(value & 0xFFFE) : value);
}
