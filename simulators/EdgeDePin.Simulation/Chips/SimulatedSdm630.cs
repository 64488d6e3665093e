using EdgeDePin.Model;
using EdgeDePin.Sensors.Grid.Sdm630;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Simulation.Chips;

/// <summary>The registers of an SDM630, of which it gives 40 values of two registers each at once.</summary>
public sealed class SimulatedSdm630(EnvironmentSource environment, TimeProvider time) : SimulatedModbusUnit(mostRegisters: 80)
{
    private const int LastRegister = 0x0181;

    protected override bool TryRead(ModbusFunction function, int first, Span<ushort> registers)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (Quantity quantity in Sdm630Sensor.Measures)
        {
            PutFloat(registers, first, (int)Sdm630Sensor.Register(quantity), environment(quantity, now));
        }

        return function == ModbusFunction.InputRegisters && first + registers.Length - 1 <= LastRegister;
    }
}
