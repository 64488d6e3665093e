using EdgeDePin.Model;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Sensors.Grid.SunSpec;

/// <summary>
/// An inverter or a meter that follows SunSpec, over Modbus TCP or RTU: its model is looked for in the device's own directory.
/// See README.md beside this file.
/// </summary>
public sealed class SunSpecSensor(SensorId id, IModbusLink link, SunSpecModel model, byte unit = ModbusSensor.DefaultUnit)
    : ModbusSensor(id, link, unit, model.Measures)
{
    public const int DefaultBaud = 9_600;

    /// <summary>Where the directory may begin (SunSpec device information model specification, section 6.2).</summary>
    private static readonly int[] Bases = [40_000, 0, 50_000];

    private const ushort SunHigh = 0x5375;
    private const ushort SunLow = 0x6E53;
    private const ushort EndOfModels = 0xFFFF;
    private const int MostModels = 64;

    private int? _start;

    public static ISensor Open(SensorPlace place) => Open(place, SunSpecModel.Inverter);

    public static ISensor OpenMeter(SensorPlace place) => Open(place, SunSpecModel.Meter);

    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        SensorFault? fault = _start is null ? await FindAsync(cancellationToken) : null;
        if (fault is not null)
        {
            return fault;
        }

        Answer<ushort[]> answer = await ReadAsync(ModbusFunction.HoldingRegisters, _start!.Value, model.Length + 2, cancellationToken);
        if (answer.Failed(out fault, out ushort[]? registers))
        {
            return fault;
        }

        if (!model.Ids.Contains(registers[0]))
        {
            return Missing($"model {registers[0]} where {model.Name} was");   // another device took the address
        }

        foreach (SunSpecPoint point in model.Points)
        {
            into.Add(point.Quantity, SunSpecModel.Value(point, registers) ?? double.NaN);
        }

        return null;
    }

    protected override void Forget() => _start = null;

    private async ValueTask<SensorFault?> FindAsync(CancellationToken cancellationToken)
    {
        SensorFault? last = null;
        foreach (int start in Bases)
        {
            Answer<ushort[]> mark = await ReadAsync(ModbusFunction.HoldingRegisters, start, 2, cancellationToken);
            if (mark.Failed(out last, out ushort[]? registers))
            {
                // A register that the device does not have means: not here. Anything else is a fault of the line.
                if (last.Kind != FaultKind.Refused)
                {
                    return last;
                }
            }
            else if (registers is [SunHigh, SunLow])
            {
                return await WalkAsync(start + 2, cancellationToken);
            }
        }

        return last ?? Missing("no 'SunS' at 40000, 0 or 50000");
    }

    private async ValueTask<SensorFault?> WalkAsync(int at, CancellationToken cancellationToken)
    {
        for (int walked = 0; walked < MostModels && at < ushort.MaxValue - 1; walked++)
        {
            Answer<ushort[]> head = await ReadAsync(ModbusFunction.HoldingRegisters, at, 2, cancellationToken);
            if (head.Failed(out SensorFault? fault, out ushort[]? registers))
            {
                return fault;
            }

            if (model.Ids.Contains(registers[0]) && registers[1] >= model.Length)
            {
                _start = at;
                return null;
            }

            if (registers[0] == EndOfModels)
            {
                break;
            }

            at += registers[1] + 2;
        }

        return Missing($"no {model.Name} model ({string.Join(", ", model.Ids)}) in its directory");
    }

    private static SensorFault Missing(string detail) => new(
        FaultKind.WrongChip, detail, "Switch SunSpec on at the device (some call it 'Int + SF'), and check the unit.");

    private static SunSpecSensor Open(SensorPlace place, SunSpecModel model)
    {
        byte unit = (byte)place.Address(DefaultUnit, 1, 247);
        return new SunSpecSensor(place.Id, place.Modbus(DefaultBaud), model, unit);
    }
}
