using EdgeDePin.Sensors.Grid.SunSpec;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Simulation.Chips;

/// <summary>
/// A device with a SunSpec directory at 40000: a common model (1), an inverter (103), a meter (203), the end. What the
/// environment does not have is "not implemented".
/// </summary>
public sealed class SimulatedSunSpec(EnvironmentSource environment, TimeProvider time) : SimulatedModbusUnit
{
    private const int Start = 40_000;
    private const int CommonLength = 66;
    private const int InverterAt = Start + 2 + 2 + CommonLength;
    private const int MeterAt = InverterAt + 2 + 50;
    private const int EndAt = MeterAt + 2 + 105;

    protected override bool TryRead(ModbusFunction function, int first, Span<ushort> registers)
    {
        Put(registers, first, Start, 0x5375, 0x6E53, 1, CommonLength);
        PutModel(registers, first, InverterAt, SunSpecModel.Inverter, 103);
        PutModel(registers, first, MeterAt, SunSpecModel.Meter, 203);
        Put(registers, first, EndAt, 0xFFFF, 0);
        return function == ModbusFunction.HoldingRegisters && first >= Start && first + registers.Length <= EndAt + 2;
    }

    private void PutModel(Span<ushort> registers, int first, int at, SunSpecModel model, ushort id)
    {
        DateTimeOffset now = time.GetUtcNow();
        Put(registers, first, at, id, (ushort)model.Length);
        foreach (IGrouping<int, SunSpecPoint> scaled in model.Points.GroupBy(point => point.ScaleOffset))
        {
            // The finest power of ten in which every value of the group fits: what devices do.
            SunSpecPoint[] points = [.. scaled];
            double largest = points.Max(point => Math.Abs((environment(point.Quantity, now) ?? 0) / point.Factor));
            bool isLong = points[0].Type == SunSpecType.Acc32;
            int scale = isLong ? 0 : Math.Max(-3, (int)Math.Ceiling(Math.Log10(Math.Max(largest, 1e-9) / 30_000)));
            Put(registers, first, at + scaled.Key, (ushort)(short)scale);
            foreach (SunSpecPoint point in points)
            {
                double? value = environment(point.Quantity, now) / point.Factor / Math.Pow(10, scale);
                PutPoint(registers, first, at + point.Offset, point.Type, value);
            }
        }
    }

    private static void PutPoint(Span<ushort> registers, int first, int at, SunSpecType type, double? value)
    {
        switch (type)
        {
            case SunSpecType.Acc32:
                uint counter = (uint)Math.Round(value ?? 0);
                Put(registers, first, at, (ushort)(counter >> 16), (ushort)counter);
                break;
            case SunSpecType.Int16:
                Put(registers, first, at, value is { } signed ? (ushort)(short)Math.Round(signed) : (ushort)0x8000);
                break;
            default:
                Put(registers, first, at, value is { } unsigned ? (ushort)Math.Round(unsigned) : (ushort)0xFFFF);
                break;
        }
    }
}
