using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Sensors.Grid.Sdm630;

/// <summary>Eastron SDM630 three-phase meter over Modbus, RTU or TCP, in the detail that is asked for. See README.md beside this file.</summary>
public sealed class Sdm630Sensor : ModbusSensor
{
    public const int DefaultBaud = 9_600;

    /// <summary>
    /// Consecutive registers from the first to the last that we want of a group, in one question each (the meter allows 80): values of
    /// a group are of one moment, and one question of 8 + 153 bytes is faster than five.
    /// </summary>
    private static readonly ImmutableArray<(int First, int Last)> Groups =
    [
        ((int)Sdm630Register.VoltageL1, (int)Sdm630Register.EnergyExported),
        ((int)Sdm630Register.VoltageThdL1, (int)Sdm630Register.CurrentThdMean),
        ((int)Sdm630Register.EnergyTotal, (int)Sdm630Register.EnergyTotal),
    ];

    private readonly ImmutableArray<(int First, int Count, ImmutableArray<Sdm630Point> Points)> _questions;

    public Sdm630Sensor(SensorId id, IModbusLink link, byte unit = DefaultUnit, MeterDetail detail = MeterDetail.Totals)
        : base(id, link, unit, [.. Sdm630Point.Of(detail).Select(point => point.Quantity)]) => _questions = [.. Questions(detail)];

    /// <summary>In the detail that is the default.</summary>
    public static ImmutableArray<Quantity> Measures { get; } = [.. Sdm630Point.Of(MeterDetail.Totals).Select(point => point.Quantity)];

    public static ISensor Open(SensorPlace place)
    {
        byte unit = (byte)place.Address(DefaultUnit, 1, 247);
        return new Sdm630Sensor(place.Id, place.Modbus(DefaultBaud), unit, place.Options.Detail);
    }

    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        foreach ((int first, int count, ImmutableArray<Sdm630Point> points) in _questions)
        {
            Answer<ushort[]> answer = await ReadAsync(ModbusFunction.InputRegisters, first, count, cancellationToken);
            if (answer.Failed(out SensorFault? fault, out ushort[]? registers))
            {
                return fault;
            }

            foreach (Sdm630Point point in points)
            {
                into.Add(point.Quantity, ModbusFloat.HighFirst(registers, point.Register - first));   // one that it does not have is left out
            }
        }

        return null;
    }

    private static IEnumerable<(int First, int Count, ImmutableArray<Sdm630Point> Points)> Questions(MeterDetail detail)
    {
        foreach ((int first, int last) in Groups)
        {
            ImmutableArray<Sdm630Point> points = [.. Sdm630Point.Of(detail).Where(point => point.Register >= first && point.Register <= last)];
            if (points.Length > 0)
            {
                yield return (first, points.Max(point => point.Register) + 2 - first, points);
            }
        }
    }
}
