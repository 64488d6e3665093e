using System.Collections.Immutable;
using System.Device.I2c;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Water.Ezo;

/// <summary>
/// Atlas Scientific EZO circuits over I2C: pH, electrical conductivity or dissolved oxygen, each with a probe of its own. See
/// README.md beside this file.
/// </summary>
public sealed class EzoSensor : I2cSensor
{
    public const byte DefaultDissolvedOxygenAddress = 0x61;
    public const byte DefaultAcidityAddress = 0x63;
    public const byte DefaultConductivityAddress = 0x64;

    private static readonly byte[] Read = Encoding.ASCII.GetBytes("R");
    private static readonly byte[] Identify = Encoding.ASCII.GetBytes("i");

    private const double IdentifyMilliseconds = 300;
    private readonly EzoKind _kind;
    private readonly byte[] _answer = new byte[EzoAnswer.Length];

    public EzoSensor(SensorId id, I2cDevice device, TimeProvider time, EzoKind kind)
        : base(id, device, time, kind.Measures) => _kind = kind;

    public static ISensor OpenAcidity(SensorPlace place) => Open(place, EzoKind.Acidity, DefaultAcidityAddress);

    public static ISensor OpenConductivity(SensorPlace place) => Open(place, EzoKind.Conductivity, DefaultConductivityAddress);

    public static ISensor OpenDissolvedOxygen(SensorPlace place) => Open(place, EzoKind.DissolvedOxygen, DefaultDissolvedOxygenAddress);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> SetUpAsync(CancellationToken cancellationToken)
    {
        Device.Write(Identify);
        await WaitAsync(IdentifyMilliseconds, cancellationToken);
        Device.Read(_answer);
        if (EzoAnswer.Fault(_answer[0]) is { } fault)
        {
            return fault;
        }

        string identity = EzoAnswer.Text(_answer);   // ?i,pH,1.98
        return identity.StartsWith($"?i,{_kind.Name},", StringComparison.OrdinalIgnoreCase) ? null : new SensorFault(
            FaultKind.WrongChip, $"it says '{identity[..Math.Min(16, identity.Length)]}', expected ?i,{_kind.Name}",
            "Check the address: another circuit answers there.");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        Device.Write(Read);
        await WaitAsync(_kind.Milliseconds, cancellationToken);
        Device.Read(_answer);
        SensorFault? fault = EzoAnswer.Fault(_answer[0]);
        if (fault is not null)
        {
            return fault;
        }

        if (!EzoAnswer.TryNumber(_answer, out double value) || value < _kind.Lowest || value > _kind.Highest)
        {
            return new SensorFault(
                FaultKind.Corrupted, $"'{EzoAnswer.Text(_answer)}' is no value from {_kind.Lowest} to {_kind.Highest}",
                "Check the wires; if it stays, the probe is dry, broken or was never calibrated.");
        }

        into.Add(_kind.Measures[0], value * _kind.Factor);
        return null;
    }

    private static ISensor Open(SensorPlace place, EzoKind kind, byte address)
    {
        if (place.Bus.Kind == BusKind.I2c)
        {
            return new EzoSensor(place.Id, place.I2c(address, 0x08, 0x77), place.Time, kind);
        }

        place.HasNoAddress();
        return new EzoSerialSensor(place.Id, place.Port(EzoSerialSensor.DefaultBaud), kind);
    }
}
