using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Grid.Ade7953;

/// <summary>
/// Analog Devices ADE7953 over I2C: voltage, current, power, power factor and frequency of channel A, and blocks of instant
/// voltages. See README.md beside this file.
/// </summary>
public sealed class Ade7953Sensor(SensorId id, I2cDevice device, TimeProvider time) : I2cSensor(id, device, time, Measures)
{
    public const byte DefaultI2cAddress = 0x38;

    private const byte UnlockKey = 0xAD;
    private const ushort RequiredSetting = 0x30;

    // RMS and power settle within 200 ms of the start (Rev. C, "Current channel RMS").
    private const double SettleMilliseconds = 220;

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.Voltage, Quantity.Current, Quantity.Power, Quantity.PowerFactor, Quantity.Frequency];

    public static ISensor Open(SensorPlace place) =>
        new Ade7953Sensor(place.Id, place.I2c(DefaultI2cAddress, DefaultI2cAddress, DefaultI2cAddress), place.Time);

    /// <summary>
    /// Instant voltages, one after the other as fast as the bus gives them (about 2,000 a second at 400 kHz), with the moment of
    /// each: enough for the harmonics up to the tenth.
    /// </summary>
    /// <param name="codes">Counts of the converter; full scale is ±6,500,000.</param>
    /// <param name="moments">Timestamps of the clock that the sensor was given; as many.</param>
    /// <exception cref="IOException">The chip does not answer.</exception>
    public void ReadWaveform(Span<int> codes, Span<long> moments)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(codes.Length, moments.Length);
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = (int)Read(Ade7953Register.InstantVoltage, 4);
            moments[i] = Time.GetTimestamp();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        Device.Write([0x00, 0xFE, UnlockKey]);
        Device.Write([0x01, 0x20, RequiredSetting >> 8, RequiredSetting & 0xFF]);
        await WaitAsync(SettleMilliseconds, cancellationToken);
        ushort seen = (ushort)Read(Ade7953Register.Required, 2);
        return seen == RequiredSetting ? null : WrongChip("register 0x120", seen, "0x30, which was written");
    }

    protected override ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        // The required setting is gone after a brown-out, and everything else with it.
        if (Read(Ade7953Register.Required, 2) != RequiredSetting)
        {
            return ValueTask.FromResult<SensorFault?>(new SensorFault(
                FaultKind.NotReady, "the required setting is gone", "Check the supply voltage: the chip has restarted."));
        }

        into.Add(Quantity.Voltage, Ade7953Conversion.Volts(Read(Ade7953Register.Voltage, 4)));
        into.Add(Quantity.Current, Ade7953Conversion.Amperes(Read(Ade7953Register.CurrentA, 4)));
        into.Add(Quantity.Power, Ade7953Conversion.Watts((int)Read(Ade7953Register.ActivePowerA, 4)));
        into.Add(Quantity.PowerFactor, Ade7953Conversion.PowerFactor((short)Read(Ade7953Register.PowerFactorA, 2)));
        into.Add(Quantity.Frequency, Ade7953Conversion.Hertz((ushort)Read(Ade7953Register.Period, 2)));
        return ValueTask.FromResult<SensorFault?>(null);
    }

    private uint Read(Ade7953Register register, int bytes)
    {
        Span<byte> value = stackalloc byte[4];
        value.Clear();
        Device.WriteRead([(byte)((ushort)register >> 8), (byte)register], value[(4 - bytes)..]);
        return BinaryPrimitives.ReadUInt32BigEndian(value);
    }
}
