using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Grid.Ade7953;

/// <summary>
/// Analog Devices ADE7953 over I2C: voltage, current, power, power factor and frequency of channel A, and blocks of instant
/// voltage and current for power quality where they are asked for. See README.md beside this file.
/// </summary>
public sealed class Ade7953Sensor : I2cSensor
{
    public const byte DefaultI2cAddress = 0x38;

    private const byte UnlockKey = 0xAD;
    private const ushort RequiredSetting = 0x30;

    // RMS and power settle within 200 ms of the start (Rev. C, "Current channel RMS").
    private const double SettleMilliseconds = 220;

    // Two blocks, and as many pairs as no bus gives in that time.
    private static readonly TimeSpan MostPatience = TimeSpan.FromMilliseconds(600);
    private const int MostPairs = 5_000;

    private readonly Ade7953Waveform? _waveform;

    public Ade7953Sensor(SensorId id, I2cDevice device, TimeProvider time)
        : base(id, device, time, Measures)
    {
    }

    /// <summary>One that delivers blocks with its samples.</summary>
    /// <param name="nominalHertz">50 or 60.</param>
    /// <param name="nominalVolts">Effective, of one phase.</param>
    public Ade7953Sensor(SensorId id, I2cDevice device, TimeProvider time, int nominalHertz, double nominalVolts)
        : this(id, device, time) => _waveform = new Ade7953Waveform(nominalHertz, nominalVolts);

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.Voltage, Quantity.Current, Quantity.Power, Quantity.PowerFactor, Quantity.Frequency];

    public static ISensor Open(SensorPlace place)
    {
        I2cDevice device = place.I2c(DefaultI2cAddress, DefaultI2cAddress, DefaultI2cAddress);
        if (place.Options.NominalHertz is not (50 or 60))
        {
            throw new FormatException($"{place.Options.Chip} on {place.Bus}: NominalHertz is {place.Options.NominalHertz}; use 50 or 60.");
        }

        return place.Options.Waveform
            ? new Ade7953Sensor(place.Id, device, place.Time, place.Options.NominalHertz, place.Options.NominalVolts)
            : new Ade7953Sensor(place.Id, device, place.Time);
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
        into.Waveform = ReadWaveform(cancellationToken);
        into.HasMissedWaveform = _waveform is not null && into.Waveform is null;
        return ValueTask.FromResult<SensorFault?>(null);
    }

    // The chip keeps no samples for I2C, so they are read one by one, as fast as the bus goes: about 2,700 pairs a second at 400 kHz.
    private WaveformBlock? ReadWaveform(CancellationToken cancellationToken)
    {
        if (_waveform is null)
        {
            return null;
        }

        _waveform.Clear();
        long start = Time.GetTimestamp();
        double begin = 0;
        for (int pair = 0; pair < MostPairs && begin < MostPatience.TotalSeconds && !_waveform.IsComplete; pair++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            begin = Time.GetElapsedTime(start).TotalSeconds;
            int voltage = (int)Read(Ade7953Register.InstantVoltage, 4);
            double between = Time.GetElapsedTime(start).TotalSeconds;
            int current = (int)Read(Ade7953Register.InstantCurrentA, 4);
            _waveform.Add(begin, between, Time.GetElapsedTime(start).TotalSeconds, voltage, current);
        }

        // A machine too busy for it has no block this time; the other values of the sample are as good as ever.
        return _waveform.ToBlock();
    }

    private uint Read(Ade7953Register register, int bytes)
    {
        Span<byte> value = stackalloc byte[4];
        value.Clear();
        Device.WriteRead([(byte)((ushort)register >> 8), (byte)register], value[(4 - bytes)..]);
        return BinaryPrimitives.ReadUInt32BigEndian(value);
    }
}
