using EdgeDePin.Sensors.Weather.Ads1115;
using EdgeDePin.Sensors.Weather.WindVane;
using EdgeDePin.Model;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An ADS1115: single-shot conversions that take 7.8 ms, saturating at full scale.</summary>
public sealed class SimulatedAds1115 : SimulatedRegisters
{
    private const byte Configuration = (byte)Ads1115Register.Configuration;
    private const ushort Idle = 0x8000;
    private static readonly double[] FullScales = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256];
    private static readonly TimeSpan Conversion = TimeSpan.FromMilliseconds(7.9);

    private readonly Func<int, DateTimeOffset, double?> _volts;
    private DateTimeOffset? _convertedAt;

    /// <param name="volts">At an input, 0 to 3.</param>
    public SimulatedAds1115(Func<int, DateTimeOffset, double?> volts, TimeProvider time, FaultPlan? faults = null, int address = Ads1115Sensor.DefaultI2cAddress)
        : base(address, time, faults)
    {
        _volts = volts;
        PowerOn();
    }

    /// <summary>With the four analog quantities of the environment at its inputs.</summary>
    public static SimulatedAds1115 WithInputs(EnvironmentSource environment, TimeProvider time, FaultPlan? faults, int address) =>
        new((channel, at) => environment(Ads1115Sensor.Measures[channel], at), time, faults, address);

    /// <summary>With a wind vane at every input. Without a direction the wire is broken.</summary>
    public static SimulatedAds1115 WithVane(EnvironmentSource environment, TimeProvider time, FaultPlan? faults, int address) =>
        new((_, at) => environment(Quantity.WindDirection, at) is { } degrees ? VaneVolts(degrees) : 3.3, time, faults, address);

    public override void PowerOn()
    {
        base.PowerOn();
        this[Configuration] = Ads1115Conversion.PowerOn;
        _convertedAt = null;
    }

    protected override void Written(byte register, ushort value)
    {
        if (register != Configuration)
        {
            return;
        }

        this[Configuration] = (ushort)(value & ~Idle);
        if ((value & Idle) != 0)
        {
            _convertedAt = Now + Conversion;
        }
    }

    protected override void PassTime()
    {
        if (_convertedAt is not { } at || at > Now)
        {
            return;
        }

        ushort settings = this[Configuration];
        double step = FullScales[(settings >> 9) & 0b111] / 32_768;
        this[(byte)Ads1115Register.Conversion] = (ushort)(short)Inverse.Steps(_volts((settings >> 12) & 0b11, at), step, -32_768, 32_767);
        this[Configuration] |= Idle;
        _convertedAt = null;
    }

    private static double VaneVolts(double degrees)
    {
        double ohms = WindVaneConversion.Ohms[(int)Math.Round(degrees / 22.5) % 16];
        return 3.3 * ohms / (ohms + 10_000);
    }
}
