using System.Buffers.Binary;
using EdgeDePin.Model;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>
/// A call on its way to the process: digest of the module (32 bytes), seconds (4), seed (8), fuel (8), pages (4), length of the input (4),
/// input, checkpoint. The host has checked it.
/// </summary>
internal static class CallFrame
{
    private const int Head = Digest.Length + 28;

    public static byte[] Pack(Digest module, int seconds, ulong seed, GuestCall call)
    {
        byte[] head = new byte[Head];
        module.ToBytes().CopyTo(head, 0);
        Span<byte> rest = head.AsSpan(Digest.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest, seconds);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[4..], seed);
        BinaryPrimitives.WriteInt64LittleEndian(rest[12..], call.Fuel);
        BinaryPrimitives.WriteInt32LittleEndian(rest[20..], call.Pages);
        BinaryPrimitives.WriteInt32LittleEndian(rest[24..], call.Input.Length);
        return head;
    }

    public static (Digest Module, TimeSpan Within, ulong Seed, GuestCall Call) Unpack(byte[] frame)
    {
        ReadOnlySpan<byte> rest = frame.AsSpan(Digest.Length);
        int input = BinaryPrimitives.ReadInt32LittleEndian(rest[24..]);
        return (
            new Digest(frame.AsSpan(0, Digest.Length)),
            TimeSpan.FromSeconds(BinaryPrimitives.ReadInt32LittleEndian(rest)),
            BinaryPrimitives.ReadUInt64LittleEndian(rest[4..]),
            new GuestCall(
                BinaryPrimitives.ReadInt64LittleEndian(rest[12..]), BinaryPrimitives.ReadInt32LittleEndian(rest[20..]),
                frame[Head..(Head + input)], frame[(Head + input)..]));
    }
}
