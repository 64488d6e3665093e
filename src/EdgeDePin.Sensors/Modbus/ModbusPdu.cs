using System.Buffers.Binary;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Modbus;

/// <summary>The part of an answer that RTU and TCP share (Modbus Application Protocol V1.1b3).</summary>
internal static class ModbusPdu
{
    public const byte ExceptionBit = 0x80;
    private const int EchoLength = 5;

    /// <summary>Bytes of a complete answer whose first two are these; 0 if they cannot belong to an answer to this question.</summary>
    public static int Length(byte function, byte second, ModbusRequest asked) =>
        function == ((byte)asked.Function | ExceptionBit) ? 2
        : function != (byte)asked.Function ? 0
        : asked.IsWrite ? EchoLength
        : second == 2 * asked.Count ? 2 + second
        : 0;

    public static Answer<ushort[]> Decode(ReadOnlySpan<byte> pdu, ModbusRequest asked)
    {
        if (pdu.Length < 2 || Length(pdu[0], pdu[1], asked) != pdu.Length)
        {
            return Unexpected(pdu, asked);
        }

        if (pdu[0] != (byte)asked.Function)
        {
            return Refused(pdu[1], asked);
        }

        if (asked.IsWrite)
        {
            return pdu.SequenceEqual(asked.Echo()) ? asked.Values.ToArray() : Unexpected(pdu, asked);
        }

        ushort[] registers = new ushort[asked.Count];
        for (int i = 0; i < registers.Length; i++)
        {
            registers[i] = BinaryPrimitives.ReadUInt16BigEndian(pdu[(2 + (2 * i))..]);
        }

        return registers;
    }

    public static SensorFault Unexpected(ReadOnlySpan<byte> bytes, ModbusRequest asked) => new(
        FaultKind.Corrupted,
        $"asked {asked}; {bytes.Length} bytes came that do not answer it, beginning {Convert.ToHexString(bytes[..Math.Min(8, bytes.Length)])}",
        "Check that no other unit has this address and that nobody else asks on this line.");

    private static SensorFault Refused(byte code, ModbusRequest asked) => new(
        FaultKind.Refused,
        $"asked {asked}; exception {code}, {Meaning(code)}",
        "Check that the meter is of the configured model; its manual names the registers it has, and what may be written to them.");

    private static string Meaning(byte code) => code switch
    {
        1 => "illegal function",
        2 => "illegal data address",
        3 => "illegal data value",
        4 => "device failure",
        6 => "device busy",
        10 => "gateway path unavailable",
        11 => "gateway target does not respond",
        _ => "not in the specification",
    };
}
