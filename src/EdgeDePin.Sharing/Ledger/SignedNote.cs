using System.Buffers.Binary;
using System.Text;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Sharing.Ledger;

/// <summary>
/// A text and who signed it, in the form of c2sp.org/signed-note: lines of text, an empty line, then a line
/// <c>— name base64(key id ‖ signature)</c> for each signature. Cosignatures carry their instant (c2sp.org/tlog-cosignature).
/// </summary>
public static class SignedNote
{
    private const byte Ed25519 = 0x01;
    private const byte Cosignature = 0x04;
    private const int KeyIdLength = 4;
    private const int TimeLength = 8;

    /// <param name="text">Lines, the last of them ended too.</param>
    public static string Sign(string text, string name, NodeIdentity signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return $"{text}\n{Line(name, Ed25519, signer.PublicKey, signer.Sign(Encoding.UTF8.GetBytes(text)))}";
    }

    /// <summary>The text of a note; null where it has none.</summary>
    public static string? TextOf(string note)
    {
        ArgumentNullException.ThrowIfNull(note);
        int end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        return end < 0 ? null : note[..(end + 1)];
    }

    public static bool IsSignedBy(string note, string name, ReadOnlySpan<byte> publicKey, SignatureScheme? scheme = null)
    {
        byte[] signature = Find(note, name, Ed25519, publicKey);
        return signature.Length == NodeIdentity.SignatureLength
            && (scheme ?? SignatureScheme.Ed25519).Verify(publicKey, Encoding.UTF8.GetBytes(TextOf(note)!), signature);
    }

    /// <summary>The line by which a witness says that it saw the note, and when.</summary>
    public static string Cosign(string note, string name, NodeIdentity witness, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(witness);
        byte[] signature = new byte[TimeLength + NodeIdentity.SignatureLength];
        BinaryPrimitives.WriteUInt64BigEndian(signature, (ulong)at.ToUnixTimeSeconds());
        witness.Sign(Cosigned(note, at.ToUnixTimeSeconds())).CopyTo(signature, TimeLength);
        return Line(name, Cosignature, witness.PublicKey, signature);
    }

    /// <summary>When a witness saw the note; null where it did not sign.</summary>
    public static DateTimeOffset? CosignedBy(string note, string name, ReadOnlySpan<byte> publicKey, SignatureScheme? scheme = null)
    {
        byte[] signature = Find(note, name, Cosignature, publicKey);
        if (signature.Length != TimeLength + NodeIdentity.SignatureLength)
        {
            return null;
        }

        ulong seconds = BinaryPrimitives.ReadUInt64BigEndian(signature);
        return seconds < 1UL << 34
            && (scheme ?? SignatureScheme.Ed25519).Verify(publicKey, Cosigned(note, (long)seconds), signature.AsSpan(TimeLength))
                ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
                : null;
    }

    private static byte[] Cosigned(string note, long seconds) =>
        Encoding.UTF8.GetBytes($"cosignature/v1\ntime {seconds}\n{TextOf(note)}");

    private static string Line(string name, byte algorithm, byte[] publicKey, byte[] signature) =>
        $"— {name} {Convert.ToBase64String([.. KeyId(name, algorithm, publicKey), .. signature])}\n";

    private static byte[] Find(string note, string name, byte algorithm, ReadOnlySpan<byte> publicKey)
    {
        string start = $"— {name} ";
        byte[] id = KeyId(name, algorithm, publicKey);
        int text = TextOf(note)?.Length ?? note.Length;
        foreach (string line in note[text..].Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal)))
        {
            byte[] bytes = new byte[128];
            if (Convert.TryFromBase64String(line[start.Length..], bytes, out int length) && length > KeyIdLength
                && bytes.AsSpan(0, KeyIdLength).SequenceEqual(id))
            {
                return bytes[KeyIdLength..length];
            }
        }

        return [];
    }

    private static byte[] KeyId(string name, byte algorithm, ReadOnlySpan<byte> publicKey) =>
        Model.Digest.Of([.. Encoding.UTF8.GetBytes(name), (byte)'\n', algorithm, .. publicKey]).ToBytes()[..KeyIdLength];
}
