using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// Signed statements of one key: COSE_Sign1 with exactly our headers. The key id (RFC 9052 section 3.1) is the public key
/// itself, so no directory of keys is asked; whether that key may say such a thing is for the reader to judge.
/// </summary>
internal static class SignedBytes
{
    private const int AlgorithmLabel = 1;
    private const int KeyIdLabel = 4;
    private const int EdDsa = -8;
    private static readonly byte[] EmptyMap = [0xA0];

    /// <param name="context">Signed but not sent.</param>
    public static byte[] Seal(NodeIdentity signer, byte[] payload, ReadOnlySpan<byte> context) =>
        CoseSign1.Sign(signer, Header(signer.PublicKey), EmptyMap, payload, context).Encode();

    /// <summary>False unless the bytes are one such statement and its signature holds.</summary>
    public static bool TryOpen(
        ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> context, SignatureScheme scheme,
        [NotNullWhen(true)] out byte[]? signer, out ReadOnlyMemory<byte> payload)
    {
        signer = null;
        payload = default;
        if (!TryRead(bytes, out CoseSign1? signed, out byte[]? key) || !signed.Value.IsSignedBy(key, context, scheme))
        {
            return false;
        }

        signer = key;
        payload = signed.Value.Payload;
        return true;
    }

    /// <summary>The form alone, before the dearer check of the signature.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out CoseSign1? signed, [NotNullWhen(true)] out byte[]? key)
    {
        key = null;
        return CoseSign1.TryDecode(bytes, out signed)
            && signed.Value.UnprotectedHeader.Span.SequenceEqual(EmptyMap)
            && TryReadHeader(signed.Value.ProtectedHeader, out key);
    }

    private static byte[] Header(byte[] publicKey)
    {
        var writer = new CborWriter(CborConformanceMode.Canonical);
        writer.WriteStartMap(2);
        writer.WriteInt32(AlgorithmLabel);
        writer.WriteInt32(EdDsa);
        writer.WriteInt32(KeyIdLabel);
        writer.WriteByteString(publicKey);
        writer.WriteEndMap();
        return writer.Encode();
    }

    // There is one way to write our header, so it is written again and compared instead of parsed leniently.
    private static bool TryReadHeader(ReadOnlyMemory<byte> header, [NotNullWhen(true)] out byte[]? publicKey)
    {
        publicKey = header.Length > NodeIdentity.KeyLength ? header[^NodeIdentity.KeyLength..].ToArray() : null;
        return publicKey is not null && header.Span.SequenceEqual(Header(publicKey));
    }
}
