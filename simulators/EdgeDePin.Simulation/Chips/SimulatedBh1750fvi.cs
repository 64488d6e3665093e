using System.Buffers.Binary;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Weather.Bh1750fvi;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>A BH1750FVI: commands of one byte, a result that is there after at most 180 ms.</summary>
public sealed class SimulatedBh1750fvi(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null, int address = Bh1750fviSensor.DefaultI2cAddress)
    : SimulatedI2cChip(address, time, faults, hasChecksum: false)
{
    private static readonly TimeSpan Conversion = TimeSpan.FromMilliseconds(120);

    private bool _isOn;
    private ushort _counts;
    private DateTimeOffset? _convertedAt;

    public override void PowerOn() => (_isOn, _counts, _convertedAt) = (false, 0, null);

    protected override void Receive(ReadOnlySpan<byte> bytes)
    {
        switch (bytes[0])
        {
            case 0x00:
                _isOn = false;
                break;
            case 0x01:
                _isOn = true;
                break;
            case 0x07 when _isOn:
                _counts = 0;
                break;
            case 0x20 when _isOn:
                _convertedAt = Now + Conversion;
                break;
        }
    }

    protected override void Send(Span<byte> bytes)
    {
        if (_convertedAt is { } at && at <= Now)
        {
            _counts = (ushort)Inverse.Steps(environment(Quantity.Illuminance, at), 1 / 1.2, 0, 65_535);
            (_convertedAt, _isOn) = (null, false);   // one-time mode powers down
        }

        BinaryPrimitives.WriteUInt16BigEndian(bytes, _counts);
    }
}
