using EdgeDePin.Sensors.Modbus;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An SDM630 on a serial line: it answers frames that bear its unit and a right checksum, and is silent otherwise.</summary>
public sealed class SimulatedSdm630Rtu(SimulatedSdm630 meter, byte unit = 1, FaultPlan? faults = null) : SimulatedUartChip(faults)
{
    protected override byte[] Answer(ReadOnlySpan<byte> question)
    {
        bool meant = question.Length >= 4
            && question[0] == unit
            && ModbusCrc.Of(question[..^2]) == (question[^2] | (question[^1] << 8));
        return meant ? ModbusRtuFrame.Seal([unit, .. meter.Answer(question[1..^2]), 0, 0]) : [];
    }
}
