using EdgeDePin.Sensors.Grid.Sdm630;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Simulation.Chips;

/// <summary>
/// The registers of an SDM630, of which it gives 40 values of two registers each at once, and its settings, which function 16 changes.
/// </summary>
public sealed class SimulatedSdm630(EnvironmentSource environment, TimeProvider time) : SimulatedModbusUnit(mostRegisters: 80)
{
    private const int LastRegister = 0x0181;

    // Demand period (min), parity and stop bits, number on the line, bits per second: what is allowed, and as delivered. Those of the line
    // count when the meter has restarted.
    private static readonly (int Register, float Lowest, float Highest)[] Settings = [(0x0002, 0, 60), (0x0012, 0, 3), (0x0014, 1, 247), (0x001C, 0, 5)];

    private readonly float[] _settings = [60, 0, 1, 2];

    protected override bool TryRead(ModbusFunction function, int first, Span<ushort> registers)
    {
        if (function == ModbusFunction.HoldingRegisters)
        {
            return TryReadSettings(first, registers);
        }

        DateTimeOffset now = time.GetUtcNow();
        foreach (Sdm630Point point in Sdm630Point.All)
        {
            if (point.Register >= first - 1 && point.Register < first + registers.Length)
            {
                PutFloat(registers, first, point.Register, environment(point.Quantity, now));
            }
        }

        return first + registers.Length - 1 <= LastRegister;
    }

    protected override byte Written(ModbusFunction function, int first, ReadOnlySpan<ushort> values)
    {
        int at = Array.FindIndex(Settings, setting => setting.Register == first);
        if (function != ModbusFunction.WriteMultipleRegisters)
        {
            return 1;
        }

        if (at < 0 || values.Length != 2)
        {
            return 2;
        }

        float value = ModbusFloat.HighFirst(values, 0);
        if (!(value >= Settings[at].Lowest && value <= Settings[at].Highest))
        {
            return 3;
        }

        _settings[at] = value;
        return 0;
    }

    private bool TryReadSettings(int first, Span<ushort> registers)
    {
        int at = Array.FindIndex(Settings, setting => setting.Register == first);
        if (at < 0 || registers.Length != 2)
        {
            return false;
        }

        ModbusFloat.ToHighFirst(_settings[at]).CopyTo(registers);
        return true;
    }
}
