using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Sensors.Grid.Sdm630;

/// <summary>
/// Eastron SDM630 three-phase meter over Modbus, RTU or TCP: voltage of phase 1, sum of currents, total power, frequency and
/// imported energy. See README.md beside this file.
/// </summary>
public sealed class Sdm630Sensor(SensorId id, IModbusLink link, byte unit = ModbusSensor.DefaultUnit)
    : ModbusSensor(id, link, unit, Measures)
{
    public const int DefaultBaud = 9_600;

    /// <summary>
    /// From the first to the last register we want, in one question: 74 of the 80 that the meter allows. All values are then of
    /// one moment, and one question of 8 + 153 bytes is faster than five.
    /// </summary>
    private const int Span = (int)Sdm630Register.EnergyImported + 2;

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.Voltage, Quantity.Current, Quantity.Power, Quantity.Energy, Quantity.Frequency];

    public static ISensor Open(SensorPlace place)
    {
        byte unit = (byte)place.Address(DefaultUnit, 1, 247);
        return new Sdm630Sensor(place.Id, place.Modbus(DefaultBaud), unit);
    }

    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        Answer<ushort[]> answer = await ReadAsync(ModbusFunction.InputRegisters, 0, Span, cancellationToken);
        if (!answer.Failed(out SensorFault? fault, out ushort[]? registers))
        {
            foreach (Quantity quantity in Measures)
            {
                into.Add(quantity, ModbusFloat.HighFirst(registers, (int)Register(quantity)));   // one that it does not have is left out
            }
        }

        return fault;
    }

    /// <summary>Where the meter keeps a quantity.</summary>
    public static Sdm630Register Register(Quantity quantity) =>
        quantity == Quantity.Voltage ? Sdm630Register.VoltageL1
        : quantity == Quantity.Current ? Sdm630Register.CurrentSum
        : quantity == Quantity.Power ? Sdm630Register.PowerTotal
        : quantity == Quantity.Frequency ? Sdm630Register.Frequency
        : quantity == Quantity.Energy ? Sdm630Register.EnergyImported
        : throw new ArgumentException($"An SDM630 does not measure {quantity}.", nameof(quantity));
}
