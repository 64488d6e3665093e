using EdgeDePin.Model;
using EdgeDePin.Sensors.Weather.Veml7700;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>A VEML7700: it integrates while it is on, and its counts end at 65,535.</summary>
public sealed class SimulatedVeml7700 : SimulatedRegisters
{
    private const byte Configuration = (byte)Veml7700Register.Configuration;
    private readonly EnvironmentSource _environment;
    private DateTimeOffset? _nextAt;

    public SimulatedVeml7700(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, int address = Veml7700Sensor.DefaultI2cAddress)
        : base(address, time, faults, isLittleEndian: true)
    {
        _environment = environment;
        PowerOn();
    }

    public override void PowerOn()
    {
        base.PowerOn();
        this[Configuration] = 1;   // shut down
        this[(byte)Veml7700Register.Id] = 0xC400 | Veml7700Sensor.ChipId;
        _nextAt = null;
    }

    protected override void Written(byte register, ushort value)
    {
        base.Written(register, value);
        if (register == Configuration)
        {
            _nextAt = (value & 1) == 0 ? Now + Integration + TimeSpan.FromMilliseconds(2.5) : null;
        }
    }

    protected override void PassTime()
    {
        while (_nextAt is { } at && at <= Now)
        {
            double linear = Bend(_environment(Quantity.Illuminance, at) ?? 0);
            double counts = linear / Veml7700Conversion.LuxPerCount / (800.0 / Integration.TotalMilliseconds) / (2 / Gain);
            this[(byte)Veml7700Register.Ambient] = (ushort)Math.Clamp(Math.Round(counts), 0, 65_535);
            _nextAt = at + Integration;
        }
    }

    private double Gain => ((this[Configuration] >> 11) & 0b11) switch { 0 => 1, 1 => 2, 2 => 0.125, _ => 0.25 };

    private TimeSpan Integration => TimeSpan.FromMilliseconds(((this[Configuration] >> 6) & 0b1111) switch
    {
        0b1100 => 25,
        0b1000 => 50,
        0b0001 => 200,
        0b0010 => 400,
        0b0011 => 800,
        _ => 100,
    });

    // What the chip shows of bright light is less than it is; the driver straightens it.
    private static double Bend(double lux) =>
        lux <= 1_000 ? lux : Inverse.Nearest(lux, 20_000_000, code => Veml7700Conversion.Straighten(code / 100.0)) / 100.0;
}
