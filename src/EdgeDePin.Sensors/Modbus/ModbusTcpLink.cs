using System.Buffers.Binary;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Sensors.Modbus;

/// <summary>
/// Modbus TCP: a header (transaction, 0, length, unit) before the shared part, no checksum
/// (Modbus Messaging on TCP/IP V1.0b, section 3.1).
/// </summary>
public sealed class ModbusTcpLink(StreamPort port) : IModbusLink
{
    public const int DefaultPort = 502;

    /// <summary>Bytes of the header, with the unit.</summary>
    public const int HeaderLength = 7;

    private const int LongestPdu = 253;
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(2);

    private readonly byte[] _buffer = new byte[HeaderLength + LongestPdu];
    private ushort _transaction;

    public ValueTask<Answer<ushort[]>> AskAsync(ModbusRequest asked, CancellationToken cancellationToken) =>
        port.AskAsync<ushort[]>(MostPatience, (socket, token) => ExchangeAsync(socket, asked, token), cancellationToken);

    public void Dispose() => port.Dispose();

    private async ValueTask<Answer<ushort[]>> ExchangeAsync(Stream socket, ModbusRequest asked, CancellationToken cancellationToken)
    {
        byte[] pdu = asked.ToPdu();
        byte[] request = [.. Header(++_transaction, asked.Unit, pdu.Length), .. pdu];
        await socket.WriteAsync(request, cancellationToken);
        await socket.ReadExactlyAsync(_buffer.AsMemory(0, HeaderLength), cancellationToken);
        int length = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(4)) - 1;
        if (length is < 2 or > LongestPdu || !_buffer.AsSpan(0, HeaderLength).SequenceEqual(Header(_transaction, asked.Unit, length)))
        {
            return ModbusPdu.Unexpected(_buffer.AsSpan(0, HeaderLength), asked);
        }

        await socket.ReadExactlyAsync(_buffer.AsMemory(HeaderLength, length), cancellationToken);
        return ModbusPdu.Decode(_buffer.AsSpan(HeaderLength, length), asked);
    }

    private static byte[] Header(ushort transaction, byte unit, int pduLength) =>
    [
        (byte)(transaction >> 8), (byte)transaction, 0, 0, (byte)((pduLength + 1) >> 8), (byte)(pduLength + 1), unit,
    ];
}
