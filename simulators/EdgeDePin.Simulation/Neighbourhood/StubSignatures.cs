using System.Buffers.Binary;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Simulation.Neighbourhood;

/// <summary>
/// Signatures that cost next to nothing and still differ for each key and each text: for many nodes over a long time. Anybody
/// could forge one, but simulated nodes do not try; forgeries are tested with real ones.
/// </summary>
internal sealed class StubSignatures : SignatureScheme
{
    public static StubSignatures Scheme { get; } = new();

    public override bool NeedsKeys => false;

    public override byte[] Sign(NodeIdentity signer, ReadOnlySpan<byte> data) => Of(signer.PublicKey, data);

    public override bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.SequenceEqual(Of(publicKey, data));

    // FNV-1a.
    private static byte[] Of(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data)
    {
        ulong hash = 14_695_981_039_346_656_037 ^ BinaryPrimitives.ReadUInt64LittleEndian(publicKey);
        foreach (byte value in data)
        {
            hash = (hash ^ value) * 1_099_511_628_211;
        }

        byte[] signature = new byte[NodeIdentity.SignatureLength];
        BinaryPrimitives.WriteUInt64LittleEndian(signature, hash);
        return signature;
    }
}
