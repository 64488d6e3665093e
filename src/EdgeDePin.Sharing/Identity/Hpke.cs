using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace EdgeDePin.Sharing.Identity;

/// <summary>
/// Hybrid public key encryption in base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. An
/// <see cref="HpkeContext"/> seals any number of texts under one encapsulated key.
/// </summary>
public static class Hpke
{
    /// <summary>How much longer a sealed text is, at most: the encapsulated key before the first one, and a tag.</summary>
    public const int Overhead = KeyLength + TagLength;

    /// <summary>Bytes of an encapsulated key.</summary>
    public const int KeyLength = 32;

    internal const int TagLength = 16;
    private const int NonceLength = 12;
    private static readonly byte[] KemSuite = [.. "KEM"u8, 0x00, 0x20];
    private static readonly byte[] Suite = [.. "HPKE"u8, 0x00, 0x20, 0x00, 0x01, 0x00, 0x03];

    /// <summary>Begins to seal texts to a reader.</summary>
    /// <param name="readerKey">32 bytes.</param>
    /// <param name="ephemeral">32 fresh random bytes; used once, for this context.</param>
    /// <param name="info">What it is for; both sides know it.</param>
    /// <exception cref="ArgumentException">The reader's key is none.</exception>
    public static HpkeContext Begin(ReadOnlySpan<byte> readerKey, ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> info)
    {
        using HpkeKey sender = HpkeKey.FromSeed(ephemeral);
        byte[] dh = sender.Agree(readerKey) ?? throw new ArgumentException("These bytes are no X25519 key of a reader.", nameof(readerKey));
        (byte[] key, byte[] nonce) = Schedule(SharedSecret(dh, sender.PublicKey, readerKey), info);
        return new HpkeContext(sender.PublicKey, key, nonce);
    }

    /// <summary>Begins to open what was sealed to this reader; null where the encapsulated key is none.</summary>
    /// <param name="encapsulated">32 bytes.</param>
    public static HpkeContext? Accept(HpkeKey reader, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> info)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (encapsulated.Length != KeyLength || reader.Agree(encapsulated) is not { } dh)
        {
            return null;
        }

        (byte[] key, byte[] nonce) = Schedule(SharedSecret(dh, encapsulated, reader.PublicKey), info);
        return new HpkeContext(encapsulated.ToArray(), key, nonce);
    }

    /// <summary>ExtractAndExpand of section 4.1.</summary>
    internal static byte[] SharedSecret(ReadOnlySpan<byte> dh, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> readerKey)
    {
        byte[] context = [.. encapsulated, .. readerKey];
        return Expand(KemSuite, Extract(KemSuite, [], "eae_prk", dh), "shared_secret", context, KeyLength);
    }

    /// <summary>KeySchedule of section 5.1 in mode base, where there is neither a shared key nor its id.</summary>
    internal static (byte[] Key, byte[] BaseNonce) Schedule(ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info)
    {
        byte[] context = [0x00, .. Extract(Suite, [], "psk_id_hash", []), .. Extract(Suite, [], "info_hash", info)];
        byte[] secret = Extract(Suite, sharedSecret, "secret", []);
        return (Expand(Suite, secret, "key", context, KeyLength), Expand(Suite, secret, "base_nonce", context, NonceLength));
    }

    private static byte[] Extract(byte[] suite, ReadOnlySpan<byte> salt, string label, ReadOnlySpan<byte> secret)
    {
        byte[] labeled = [.. "HPKE-v1"u8, .. suite, .. Encoding.ASCII.GetBytes(label), .. secret];
        return HKDF.Extract(HashAlgorithmName.SHA256, labeled, salt.ToArray());
    }

    private static byte[] Expand(byte[] suite, byte[] key, string label, ReadOnlySpan<byte> info, int length)
    {
        byte[] labeled = [0, 0, .. "HPKE-v1"u8, .. suite, .. Encoding.ASCII.GetBytes(label), .. info];
        BinaryPrimitives.WriteUInt16BigEndian(labeled, (ushort)length);
        return HKDF.Expand(HashAlgorithmName.SHA256, key, length, labeled);
    }
}
