using EdgeDePin.Sensors.Modbus;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>
/// A serial line with Modbus units: the one whose number a frame bears answers if its checksum is right, and all are silent
/// otherwise.
/// </summary>
public sealed class SimulatedModbusLine(IReadOnlyDictionary<byte, SimulatedModbusUnit> units, FaultPlan? faults = null) : SimulatedUartChip(faults)
{
    public SimulatedModbusLine(SimulatedModbusUnit unit, byte number = 1, FaultPlan? faults = null)
        : this(new Dictionary<byte, SimulatedModbusUnit> { [number] = unit }, faults)
    {
    }

    /// <summary>The unit, if there is one alone.</summary>
    public SimulatedModbusUnit? Only => units.Count == 1 ? units.Values.First() : null;

    protected override byte[] Answer(ReadOnlySpan<byte> question)
    {
        bool isWhole = question.Length >= 4 && ModbusCrc.Of(question[..^2]) == (question[^2] | (question[^1] << 8));
        return isWhole && units.TryGetValue(question[0], out SimulatedModbusUnit? unit)
            ? ModbusRtuFrame.Seal([question[0], .. unit.Answer(question[1..^2]), 0, 0])
            : [];
    }
}
