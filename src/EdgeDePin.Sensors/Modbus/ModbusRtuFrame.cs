using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Modbus;

/// <summary>A frame on a serial line: unit, the shared part, checksum.</summary>
public static class ModbusRtuFrame
{
    /// <summary>Bytes of an exception, the shortest answer there is.</summary>
    public const int Shortest = 5;

    /// <summary>256 bytes are the longest frame of the specification.</summary>
    public const int Longest = 256;

    public static byte[] Request(ModbusRequest asked) => Seal([asked.Unit, .. asked.ToPdu(), 0, 0]);

    /// <summary>Writes the checksum into the last two bytes.</summary>
    public static byte[] Seal(byte[] frame)
    {
        ushort crc = ModbusCrc.Of(frame.AsSpan(0, frame.Length - 2));
        (frame[^2], frame[^1]) = ((byte)crc, (byte)(crc >> 8));
        return frame;
    }

    /// <summary>Bytes of the answer that begins so; 0 if it is no answer to this question.</summary>
    /// <param name="beginning">At least three bytes.</param>
    public static int Length(ReadOnlySpan<byte> beginning, ModbusRequest asked)
    {
        int pdu = beginning[0] == asked.Unit ? ModbusPdu.Length(beginning[1], beginning[2], asked) : 0;
        return pdu == 0 ? 0 : pdu + 3;
    }

    /// <param name="frame">A whole answer.</param>
    public static Answer<ushort[]> Decode(ReadOnlySpan<byte> frame, ModbusRequest asked)
    {
        if (frame.Length < Shortest || Length(frame, asked) != frame.Length)
        {
            return ModbusPdu.Unexpected(frame, asked);
        }

        int seen = frame[^2] | (frame[^1] << 8);
        int computed = ModbusCrc.Of(frame[..^2]);
        return seen == computed
            ? ModbusPdu.Decode(frame[1..^2], asked)
            : new SensorFault(
                FaultKind.Corrupted,
                $"checksum {seen:X4}, computed {computed:X4}",
                "Check the termination (120 Ω at both ends), the polarity of A and B, and the bits per second.");
    }
}
