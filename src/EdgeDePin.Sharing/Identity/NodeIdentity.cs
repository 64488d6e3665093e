using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
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

    private static readonly byte[] ReaderPurpose = "edgedepin/1 hpke x25519"u8.ToArray();

    private readonly Key _key;

    private NodeIdentity(ReadOnlySpan<byte> seed, ulong firstSequence, SignatureScheme scheme)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        // A key for another purpose, from the same secret (RFC 5869): one file to guard, and no key used in two algorithms.
        Reader = HpkeKey.FromSeed(HKDF.DeriveKey(HashAlgorithmName.SHA256, seed.ToArray(), KeyLength, info: ReaderPurpose));
        Scheme = scheme;
        PublicKey = _key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        NodeId = NodeId.Of(PublicKey);
        FirstSequence = firstSequence;
        if (!scheme.NeedsKeys)
        {
            // Each private key lies in pages of its own that nobody else may touch, and a kernel maps some ten thousand of those for a process.
            Dispose();
        }
    }

    public NodeId NodeId { get; }

    /// <summary>32 bytes.</summary>
    public byte[] PublicKey { get; }

    /// <summary>What is sealed to this node is opened with it.</summary>
    public HpkeKey Reader { get; }

    public SignatureScheme Scheme { get; }

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
        ulong first = Incarnation.Begin(Path.Combine(folder, "incarnation"), time ?? TimeProvider.System);
        return new NodeIdentity(seed, first, SignatureScheme.Ed25519);
    }

    /// <summary>The same seed gives the same node: for tests and simulations.</summary>
    /// <param name="seed">32 bytes.</param>
    /// <param name="scheme">Ed25519 unless given. Of one that needs no private keys only the public halves are kept: nothing can be opened then.</param>
    public static NodeIdentity FromSeed(ReadOnlySpan<byte> seed, ulong firstSequence = 1, SignatureScheme? scheme = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, KeyLength);
        return new NodeIdentity(seed, firstSequence, scheme ?? SignatureScheme.Ed25519);
    }

    /// <summary>The key kept in <paramref name="folder"/> for a purpose that sends no messages, such as the root of a site.</summary>
    /// <param name="create">Make one where there is none.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">Others than the owner can read the file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static NodeIdentity LoadKey(string folder, bool create)
    {
        string path = Path.Combine(folder, "identity");
        if (!create && !File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is missing: there is no key in {folder}.", path);
        }

        Directory.CreateDirectory(folder);
        return new NodeIdentity(SeedFile.ReadOrCreate(path), firstSequence: 1, SignatureScheme.Ed25519);
    }

    /// <returns>64 bytes; the same for the same key and data, as Ed25519 needs no randomness.</returns>
    public byte[] Sign(ReadOnlySpan<byte> data) => Scheme.Sign(this, data);

    internal byte[] SignEd25519(ReadOnlySpan<byte> data) => SignatureAlgorithm.Ed25519.Sign(_key, data);

    /// <summary>False for a wrong signature and for bytes that are no key or no signature at all.</summary>
    [SuppressMessage("Performance", "CA1806", Justification = "The key is null where it cannot be imported.")]
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        publicKey.Length == KeyLength
        && signature.Length == SignatureLength
        && NSec.Cryptography.PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out PublicKey? key)
        && SignatureAlgorithm.Ed25519.Verify(key!, data, signature);

    public void Dispose()
    {
        _key.Dispose();
        Reader.Dispose();
    }
}
