using NSec.Cryptography;

namespace EdgeDePin.Sharing.Identity;

/// <summary>The X25519 key (RFC 7748) of a reader; what is sealed to its public half only it can open.</summary>
public sealed class HpkeKey : IDisposable
{
    private readonly Key _key;

    private HpkeKey(Key key)
    {
        _key = key;
        PublicKey = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
    }

    /// <summary>32 bytes.</summary>
    public byte[] PublicKey { get; }

    /// <param name="seed">32 bytes: the private key itself.</param>
    public static HpkeKey FromSeed(ReadOnlySpan<byte> seed) =>
        new(Key.Import(KeyAgreementAlgorithm.X25519, seed, KeyBlobFormat.RawPrivateKey));

    /// <summary>Null for bytes that are no key, or one that agrees with everybody (RFC 9180 section 7.1.4).</summary>
    internal byte[]? Agree(ReadOnlySpan<byte> publicKey)
    {
        if (!NSec.Cryptography.PublicKey.TryImport(
            KeyAgreementAlgorithm.X25519, publicKey, KeyBlobFormat.RawPublicKey, out PublicKey? other) || other is null)
        {
            return null;
        }

        var exportable = new SharedSecretCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        using SharedSecret? secret = KeyAgreementAlgorithm.X25519.Agree(_key, other, exportable);
        return secret?.Export(SharedSecretBlobFormat.RawSharedSecret);
    }

    public void Dispose() => _key.Dispose();
}
