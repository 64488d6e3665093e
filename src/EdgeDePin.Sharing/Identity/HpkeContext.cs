using System.Buffers.Binary;
using NSec.Cryptography;

namespace EdgeDePin.Sharing.Identity;

/// <summary>
/// One encapsulation and the texts under it, in their order (RFC 9180 section 5.2): the dear agreement of keys is paid once for all
/// of them. Texts are opened in the order in which they were sealed.
/// </summary>
public sealed class HpkeContext : IDisposable
{
    private readonly Key _key;
    private readonly byte[] _baseNonce;
    private ulong _sequence;

    internal HpkeContext(byte[] encapsulated, byte[] key, byte[] baseNonce)
    {
        Encapsulated = encapsulated;
        _key = Key.Import(AeadAlgorithm.ChaCha20Poly1305, key, KeyBlobFormat.RawSymmetricKey);
        _baseNonce = baseNonce;
    }

    /// <summary>The encapsulated key that the reader needs, 32 bytes.</summary>
    public byte[] Encapsulated { get; }

    /// <param name="context">Authenticated, not sent.</param>
    /// <returns>16 bytes longer than the text.</returns>
    public byte[] Seal(ReadOnlySpan<byte> context, ReadOnlySpan<byte> text) =>
        AeadAlgorithm.ChaCha20Poly1305.Encrypt(_key, Nonce(), context, text);

    /// <summary>Null where a byte of it or of what it is bound to is another, or it is not the next one.</summary>
    public byte[]? Open(ReadOnlySpan<byte> context, ReadOnlySpan<byte> sealedText) =>
        sealedText.Length < Hpke.TagLength ? null : AeadAlgorithm.ChaCha20Poly1305.Decrypt(_key, Nonce(), context, sealedText);

    public void Dispose() => _key.Dispose();

    private byte[] Nonce()
    {
        byte[] nonce = [.. _baseNonce];
        Span<byte> low = nonce.AsSpan(nonce.Length - sizeof(ulong));
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ _sequence++);
        return nonce;
    }
}
