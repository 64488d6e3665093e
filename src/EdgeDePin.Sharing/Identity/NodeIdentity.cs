using System.Diagnostics.CodeAnalysis;
using EdgeDePin.Model;
using NSec.Cryptography;

namespace EdgeDePin.Sharing.Identity;

/// <summary>
/// The Ed25519 key (RFC 8032) of a node: made at its first start, kept in a file that only its owner can read. Whoever holds
/// the key is the node, and <see cref="NodeId"/> follows from it.
/// </summary>
public sealed class NodeIdentity : IDisposable
{
    /// <summary>Bytes of a seed, and of a public key.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureLength = 64;

    private readonly Key _key;

    private NodeIdentity(ReadOnlySpan<byte> seed, ulong firstSequence)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        PublicKey = _key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        NodeId = NodeId.Of(PublicKey);
        FirstSequence = firstSequence;
    }

    public NodeId NodeId { get; }

    /// <summary>32 bytes.</summary>
    public byte[] PublicKey { get; }

    /// <summary>Above every sequence number that this identity used before it was loaded; see <see cref="Incarnation"/>.</summary>
    public ulong FirstSequence { get; }

    /// <summary>The identity kept in <paramref name="folder"/>; where there is none yet, a new one is made and kept there.</summary>
    /// <param name="folder">Created if missing.</param>
    /// <param name="time">The wall clock, which only raises <see cref="FirstSequence"/>; the system's by default.</param>
    /// <exception cref="UnauthorizedAccessException">Others than the owner can read the file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static NodeIdentity LoadOrCreate(string folder, TimeProvider? time = null)
    {
        Directory.CreateDirectory(folder);
        byte[] seed = SeedFile.ReadOrCreate(Path.Combine(folder, "identity"));
        return new NodeIdentity(seed, Incarnation.Begin(Path.Combine(folder, "incarnation"), time ?? TimeProvider.System));
    }

    /// <summary>The same seed gives the same node: for tests and simulations.</summary>
    /// <param name="seed">32 bytes.</param>
    public static NodeIdentity FromSeed(ReadOnlySpan<byte> seed, ulong firstSequence = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, KeyLength);
        return new NodeIdentity(seed, firstSequence);
    }

    /// <returns>64 bytes; the same for the same key and data, as Ed25519 needs no randomness.</returns>
    public byte[] Sign(ReadOnlySpan<byte> data) => SignatureAlgorithm.Ed25519.Sign(_key, data);

    /// <summary>False for a wrong signature and for bytes that are no key or no signature at all.</summary>
    [SuppressMessage("Performance", "CA1806", Justification = "The key is null where it cannot be imported.")]
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        publicKey.Length == KeyLength
        && signature.Length == SignatureLength
        && NSec.Cryptography.PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out PublicKey? key)
        && SignatureAlgorithm.Ed25519.Verify(key!, data, signature);

    public void Dispose() => _key.Dispose();
}
