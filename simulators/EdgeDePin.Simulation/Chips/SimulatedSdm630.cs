using System.Buffers.Binary;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Grid.Sdm630;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Simulation.Chips;

/// <summary>The registers of an SDM630 and how it answers a question for them, on whatever line it came.</summary>
public sealed class SimulatedSdm630(EnvironmentSource environment, TimeProvider time)
{
    // 40 values of two registers each are the most that this meter gives at once.
    private const int MostRegisters = 80;
    private const int LastRegister = 0x0181;

    /// <param name="pdu">Function, first register, count.</param>
    public byte[] Answer(ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length < 5 || pdu[0] != (byte)ModbusFunction.InputRegisters)
        {
            return Exception(pdu, 1);
        }

        int first = BinaryPrimitives.ReadUInt16BigEndian(pdu[1..]);
        int count = BinaryPrimitives.ReadUInt16BigEndian(pdu[3..]);
        if (count is 0 or > MostRegisters)
        {
            return Exception(pdu, 3);
        }

        return first + count - 1 > LastRegister ? Exception(pdu, 2) : Registers(first, count);
    }

    private static byte[] Exception(ReadOnlySpan<byte> pdu, byte code) => [(byte)((pdu.IsEmpty ? 0 : pdu[0]) | 0x80), code];

    private byte[] Registers(int first, int count)
    {
        DateTimeOffset now = time.GetUtcNow();
        byte[] all = new byte[2 * (MostRegisters + LastRegister + 1)];
        foreach (Quantity quantity in Sdm630Sensor.Measures)
        {
            float value = (float)(environment(quantity, now) ?? double.NaN);
            BinaryPrimitives.WriteSingleBigEndian(all.AsSpan(2 * (int)Sdm630Sensor.Register(quantity)), value);
        }

        return [(byte)ModbusFunction.InputRegisters, (byte)(2 * count), .. all.AsSpan(2 * first, 2 * count)];
    }
}
