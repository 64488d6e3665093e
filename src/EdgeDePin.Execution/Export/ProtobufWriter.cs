using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeDePin.Execution.Export;

/// <summary>The wire format of Protocol Buffers, as far as traces need it (protobuf.dev, "Encoding").</summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Clear() => _bytes.ResetWrittenCount();

    public ProtobufWriter Varint(int field, ulong value)
    {
        Number((ulong)field << 3);
        Number(value);
        return this;
    }

    public ProtobufWriter Fixed64(int field, ulong value)
    {
        Number(((ulong)field << 3) | 1);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public ProtobufWriter Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public ProtobufWriter Text(int field, string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Number(((ulong)field << 3) | 2);
        Number((ulong)length);
        _bytes.Advance(Encoding.UTF8.GetBytes(value, _bytes.GetSpan(length)));
        return this;
    }

    public ProtobufWriter Message(int field, ProtobufWriter message)
    {
        Number(((ulong)field << 3) | 2);
        Number((ulong)message.Written.Length);
        _bytes.Write(message.Written);
        return this;
    }

    private void Number(ulong value)
    {
        Span<byte> span = _bytes.GetSpan(10);
        int at = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[at++] = (byte)(value | 0x80);
        }

        span[at++] = (byte)value;
        _bytes.Advance(at);
    }
}
