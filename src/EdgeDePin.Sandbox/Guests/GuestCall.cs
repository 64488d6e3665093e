using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using EdgeDePin.Model;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>What a guest is asked to do, and what it may use. Equal calls of equal modules give equal outcomes on every processor.</summary>
/// <param name="Fuel">About one for each instruction; 1 to <see cref="MaxFuel"/>. The task fails when it is used up.</param>
/// <param name="Pages">The most memory, in pages of 64 KiB; 1 to <see cref="MaxPages"/>. More is refused to the guest.</param>
/// <param name="Input">At most <see cref="MaxInputBytes"/>.</param>
/// <param name="Checkpoint">What an earlier, interrupted execution of the same call published; empty to begin at the beginning.</param>
public sealed record GuestCall(long Fuel, int Pages, byte[] Input, byte[] Checkpoint)
{
    /// <summary>Some hours of a small device.</summary>
    public const long MaxFuel = 100_000_000_000_000;

    /// <summary>64 MiB: what a device of 1 GB can spare for one of its lanes.</summary>
    public const int MaxPages = 1_024;

    /// <summary>16 MiB unless the call says otherwise.</summary>
    public const int DefaultPages = 256;

    /// <summary>A year of one-minute values of four series.</summary>
    public const int MaxInputBytes = 16 * 1024 * 1024;

    /// <summary>Results are summaries and maps; whoever makes more wants a file server.</summary>
    public const int MaxOutputBytes = 4 * 1024 * 1024;

    /// <summary>A checkpoint travels while the task runs.</summary>
    public const int MaxCheckpointBytes = 1024 * 1024;

    /// <exception cref="FormatException">A number is outside its range.</exception>
    public GuestCall Checked()
    {
        Expect(Fuel is >= 1 and <= MaxFuel, $"fuel {Fuel}: 1 to {MaxFuel}");
        Expect(Pages is >= 1 and <= MaxPages, $"{Pages} pages of memory: 1 to {MaxPages}");
        Expect(Input.Length <= MaxInputBytes, $"an input of {Input.Length} bytes: at most {MaxInputBytes}");
        Expect(Checkpoint.Length <= MaxCheckpointBytes, $"a checkpoint of {Checkpoint.Length} bytes: at most {MaxCheckpointBytes}");
        return this;
    }

    /// <summary>Canonical CBOR <c>[fuel, pages, input, checkpoint]</c>.</summary>
    public byte[] Pack()
    {
        var writer = new CborWriter(CborConformanceMode.Canonical, initialCapacity: Input.Length + Checkpoint.Length + 32);
        writer.WriteStartArray(4);
        writer.WriteInt64(Fuel);
        writer.WriteInt32(Pages);
        writer.WriteByteString(Input);
        writer.WriteByteString(Checkpoint);
        writer.WriteEndArray();
        return writer.Encode();
    }

    /// <exception cref="FormatException">Not the canonical bytes of a call, or a number outside its range.</exception>
    public static GuestCall Unpack(ReadOnlyMemory<byte> packed) => GuestCbor.Read(packed, "a call of a guest", reader =>
    {
        Expect(reader.ReadStartArray() == 4, "an array of another length than four");
        var call = new GuestCall(reader.ReadInt64(), reader.ReadInt32(), reader.ReadByteString(), reader.ReadByteString());
        reader.ReadEndArray();
        return call.Checked();
    });

    /// <summary>
    /// Where the guest's chance begins. It follows from module and input alone, so that whoever repeats the task draws the same numbers; a
    /// second opinion with other numbers is another input.
    /// </summary>
    public ulong Seed(Digest module)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes("edgedepin wasm 1 chance"));
        hash.AppendData(module.ToBytes());
        hash.AppendData(Digest.Of(Input).ToBytes());
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }

    private static void Expect(bool condition, string seen)
    {
        if (!condition)
        {
            throw new FormatException($"Not a call of a guest: {seen}.");
        }
    }
}
