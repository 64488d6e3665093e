using EdgeDePin.Model;
using EdgeDePin.Sensors.Grid.Pzem004t;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Simulation.Chips;

/// <summary>The ten registers of a PZEM-004T. It cannot tell the direction of power, and it is silent without mains.</summary>
public sealed class SimulatedPzem004t(EnvironmentSource environment, TimeProvider time) : SimulatedModbusUnit
{
    // Register 1: the power of its alarm, W. Register 2: its number on the line, which counts when it has restarted.
    private readonly ushort[] _settings = [0, 23_000, 1];

    protected override byte Written(ModbusFunction function, int first, ReadOnlySpan<ushort> values)
    {
        if (function != ModbusFunction.WriteSingleRegister)
        {
            return 1;
        }

        if (first is not (1 or 2))
        {
            return 2;
        }

        if (first == 2 && values[0] is 0 or > 247)
        {
            return 3;
        }

        _settings[first] = values[0];
        return 0;
    }

    protected override bool TryRead(ModbusFunction function, int first, Span<ushort> registers)
    {
        if (function == ModbusFunction.HoldingRegisters)
        {
            Put(registers, first, 0, _settings);
            return first > 0 && first + registers.Length <= _settings.Length;
        }

        DateTimeOffset now = time.GetUtcNow();
        Put(registers, first, (int)Pzem004tRegister.Voltage, Steps(Quantity.Voltage, 0.1, now));
        PutLong(registers, first, Pzem004tRegister.Current, Quantity.Current, 0.001, now);
        PutLong(registers, first, Pzem004tRegister.Power, Quantity.Power, 0.1, now);
        PutLong(registers, first, Pzem004tRegister.Energy, Quantity.Energy, 0.001, now);
        Put(registers, first, (int)Pzem004tRegister.Frequency, Steps(Quantity.Frequency, 0.1, now));
        Put(registers, first, (int)Pzem004tRegister.PowerFactor, Steps(Quantity.PowerFactor, 0.01, now));
        return function == ModbusFunction.InputRegisters && first + registers.Length <= 10;
    }

    private ushort Steps(Quantity quantity, double step, DateTimeOffset now) =>
        (ushort)Inverse.Steps(Math.Abs(environment(quantity, now) ?? 0), step, 0, ushort.MaxValue);

    private void PutLong(Span<ushort> registers, int first, Pzem004tRegister at, Quantity quantity, double step, DateTimeOffset now)
    {
        int value = Inverse.Steps(Math.Abs(environment(quantity, now) ?? 0), step, 0, int.MaxValue);
        Put(registers, first, (int)at, (ushort)value, (ushort)(value >> 16));
    }
}
