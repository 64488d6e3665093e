using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Sensors.Grid.Sdm630;

/// <summary>
/// Eastron SDM630 three-phase meter over Modbus, RTU or TCP: voltage of phase 1, sum of currents, total power, frequency and
/// imported energy. See README.md beside this file.
/// </summary>
public sealed class Sdm630Sensor(SensorId id, IModbusLink link, byte unit = Sdm630Sensor.DefaultUnit) : ISensor
{
    public const byte DefaultUnit = 1;
    public const int DefaultBaud = 9_600;

    /// <summary>
    /// From the first to the last register we want, in one question: 74 of the 80 that the meter allows. All values are then of
    /// one moment, and one question of 8 + 153 bytes is faster than five.
    /// </summary>
    private const ushort Span = (ushort)Sdm630Register.EnergyImported + 2;

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.Voltage, Quantity.Current, Quantity.Power, Quantity.Energy, Quantity.Frequency];

    public SensorId Id { get; } = id;

    public IReadOnlyList<Quantity> Quantities => Measures;

    public static ISensor Open(SensorPlace place)
    {
        byte unit = (byte)place.Address(DefaultUnit, 1, 247);
        StreamPort port = place.Port(DefaultBaud);
        return new Sdm630Sensor(
            place.Id, place.Bus.Kind == BusKind.Tcp ? new ModbusTcpLink(port) : new ModbusRtuLink(port), unit);
    }

    public async ValueTask<Sample> SampleAsync(CancellationToken cancellationToken)
    {
        var everything = new ModbusRead(unit, ModbusFunction.InputRegisters, 0, Span);
        Answer<ushort[]> answer = await link.ReadAsync(everything, cancellationToken);
        return answer.Failed(out SensorFault? fault, out ushort[]? registers) ? new Sample.Faulted(fault) : Decode(registers);
    }

    public void Dispose() => link.Dispose();

    private static Sample Decode(ushort[] registers)
    {
        ImmutableArray<Measurement>.Builder measured = ImmutableArray.CreateBuilder<Measurement>(Measures.Length);
        foreach (Quantity quantity in Measures)
        {
            float value = Float(registers, Register(quantity));
            if (float.IsFinite(value))   // a value that the meter does not have is left out
            {
                measured.Add(new Measurement(quantity, value));
            }
        }

        return measured.Count > 0
            ? new Sample.Measured(measured.DrainToImmutable())
            : new Sample.Faulted(new SensorFault(
                FaultKind.NotReady, "no register holds a number", "Check that the meter is on supply; it needs some seconds after it came on."));
    }

    /// <summary>Where the meter keeps a quantity.</summary>
    public static Sdm630Register Register(Quantity quantity) =>
        quantity == Quantity.Voltage ? Sdm630Register.VoltageL1
        : quantity == Quantity.Current ? Sdm630Register.CurrentSum
        : quantity == Quantity.Power ? Sdm630Register.PowerTotal
        : quantity == Quantity.Frequency ? Sdm630Register.Frequency
        : quantity == Quantity.Energy ? Sdm630Register.EnergyImported
        : throw new ArgumentException($"An SDM630 does not measure {quantity}.", nameof(quantity));

    private static float Float(ushort[] registers, Sdm630Register at) =>
        BitConverter.Int32BitsToSingle((registers[(int)at] << 16) | registers[(int)at + 1]);
}
