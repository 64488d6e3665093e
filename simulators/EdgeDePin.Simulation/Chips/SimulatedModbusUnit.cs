using System.Buffers.Binary;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Simulation.Chips;

/// <summary>A Modbus unit as its registers, and how it answers a question for them, on whatever line it came.</summary>
/// <param name="mostRegisters">As many as this device gives at once.</param>
public abstract class SimulatedModbusUnit(int mostRegisters = ModbusRequest.MostRegisters)
{
    private const int HeadLength = 5;

    /// <param name="pdu">Function, first register, count or values.</param>
    public byte[] Answer(ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length >= HeadLength && (ModbusFunction)pdu[0] is ModbusFunction.WriteSingleRegister or ModbusFunction.WriteMultipleRegisters)
        {
            return Write(pdu);
        }

        if (pdu.Length < HeadLength || (ModbusFunction)pdu[0] is not (ModbusFunction.InputRegisters or ModbusFunction.HoldingRegisters))
        {
            return Exception(pdu, 1);
        }

        int first = BinaryPrimitives.ReadUInt16BigEndian(pdu[1..]);
        int count = BinaryPrimitives.ReadUInt16BigEndian(pdu[3..]);
        if (count == 0 || count > mostRegisters)
        {
            return Exception(pdu, 3);
        }

        byte[] answer = new byte[2 + (2 * count)];
        (answer[0], answer[1]) = (pdu[0], (byte)(2 * count));
        var window = new ushort[count];
        if (!TryRead((ModbusFunction)pdu[0], first, window))
        {
            return Exception(pdu, 2);
        }

        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2 + (2 * i)), window[i]);
        }

        return answer;
    }

    /// <summary>Fills the registers from <paramref name="first"/> on; false if the device does not have all of them.</summary>
    protected abstract bool TryRead(ModbusFunction function, int first, Span<ushort> registers);

    /// <summary>New values for holding registers; 0, or why not: 1 this function is not known, 2 nor such registers, 3 nor such values.</summary>
    protected virtual byte Written(ModbusFunction function, int first, ReadOnlySpan<ushort> values) => 1;

    private byte[] Write(ReadOnlySpan<byte> pdu)
    {
        var function = (ModbusFunction)pdu[0];
        int first = BinaryPrimitives.ReadUInt16BigEndian(pdu[1..]), count = 1;
        ReadOnlySpan<byte> bytes = pdu[3..];
        if (function == ModbusFunction.WriteMultipleRegisters)
        {
            count = BinaryPrimitives.ReadUInt16BigEndian(pdu[3..]);
            bytes = pdu[Math.Min(pdu.Length, HeadLength + 1)..];
            if (count is 0 or > ModbusRequest.MostWritten || pdu.Length == HeadLength || pdu[HeadLength] != 2 * count)
            {
                return Exception(pdu, 3);
            }
        }

        if (bytes.Length != 2 * count)
        {
            return Exception(pdu, 3);
        }

        ushort[] values = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]);
        }

        byte refused = Written(function, first, values);
        return refused == 0 ? pdu[..HeadLength].ToArray() : Exception(pdu, refused);
    }

    /// <summary>Puts the words that lie within the window.</summary>
    protected static void Put(Span<ushort> window, int first, int at, params ReadOnlySpan<ushort> words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            int index = at + i - first;
            if (index >= 0 && index < window.Length)
            {
                window[index] = words[i];
            }
        }
    }

    protected static void PutFloat(Span<ushort> window, int first, int at, double? value)
    {
        int bits = BitConverter.SingleToInt32Bits((float)(value ?? double.NaN));
        Put(window, first, at, (ushort)(bits >> 16), (ushort)bits);
    }

    private static byte[] Exception(ReadOnlySpan<byte> pdu, byte code) => [(byte)((pdu.IsEmpty ? 0 : pdu[0]) | 0x80), code];
}
