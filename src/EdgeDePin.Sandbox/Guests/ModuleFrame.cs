using System.Buffers.Binary;
using EdgeDePin.Model;
using EdgeDePin.Sandbox.Modules;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>
/// What the host found out about a module, before the module: digest (32 bytes), functions and pages (4 bytes each), whether it uses floats.
/// The process believes its host, and so needs no cryptography of its own.
/// </summary>
internal static class ModuleFrame
{
    private const int Length = Digest.Length + (2 * sizeof(int)) + 1;

    public static byte[] Pack(ModuleFacts facts)
    {
        byte[] packed = new byte[Length];
        facts.Digest.ToBytes().CopyTo(packed, 0);
        BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(Digest.Length), facts.Functions);
        BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(Digest.Length + sizeof(int)), facts.MinPages);
        packed[^1] = facts.UsesFloats ? (byte)1 : (byte)0;
        return packed;
    }

    public static ModuleFacts Unpack(byte[] content) => new(
        new Digest(content.AsSpan(0, Digest.Length)),
        content.Length - Length,
        BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(Digest.Length)),
        content[Length - 1] == 1,
        BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(Digest.Length + sizeof(int))));

    public static ReadOnlySpan<byte> ModuleOf(byte[] content) => content.AsSpan(Length);
}
