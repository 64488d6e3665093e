using EdgeDePin.Sensors.Grid.Sdm120;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Simulation.Chips;

/// <summary>The registers of an SDM120.</summary>
public sealed class SimulatedSdm120(EnvironmentSource environment, TimeProvider time) : SimulatedModbusUnit(mostRegisters: 80)
{
    private const int LastRegister = 0x0159;

    protected override bool TryRead(ModbusFunction function, int first, Span<ushort> registers)
    {
        DateTimeOffset now = time.GetUtcNow();
        for (int i = 0; i < Sdm120Sensor.Measures.Length; i++)
        {
            PutFloat(registers, first, (int)Sdm120Sensor.Registers[i], environment(Sdm120Sensor.Measures[i], now));
        }

        return function == ModbusFunction.InputRegisters && first + registers.Length - 1 <= LastRegister;
    }
}
