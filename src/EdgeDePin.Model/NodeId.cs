using System.Buffers;

namespace EdgeDePin.Model;

/// <summary>
/// Who a node is: the first 16 bytes of SHA-256 of its Ed25519 public key, base32 (RFC 4648) in lower case without
/// padding, 26 characters. It can be checked against the key, so nobody can claim another's.
/// </summary>
public readonly record struct NodeId : IComparable<NodeId>
{
    public const int Length = 26;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);

    private readonly string? _value;

    private NodeId(string value) => _value = value;

    public string Value => _value ?? string.Empty;

    /// <summary>The id of the node that owns this key.</summary>
    /// <param name="publicKey">A raw Ed25519 public key, 32 bytes.</param>
    public static NodeId Of(ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, 32);
        return new NodeId(Base32(Digest.Of(publicKey).ToBytes().AsSpan(0, 16)));
    }

    /// <exception cref="FormatException">Not 26 characters of a-z and 2-7.</exception>
    public static NodeId Parse(string text) =>
        TryParse(text, out NodeId id) ? id : throw new FormatException($"'{text}' is no node id: 26 characters of a-z, 2-7.");

    public static bool TryParse(string? text, out NodeId id)
    {
        bool valid = text is { Length: Length } && !text.AsSpan().ContainsAnyExcept(Allowed);
        id = valid ? new NodeId(text!) : default;
        return valid;
    }

    public int CompareTo(NodeId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(NodeId left, NodeId right) => left.CompareTo(right) < 0;
    public static bool operator >(NodeId left, NodeId right) => left.CompareTo(right) > 0;
    public static bool operator <=(NodeId left, NodeId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(NodeId left, NodeId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;

    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[Length];
        int bits = 0, buffer = 0, at = 0;
        foreach (byte b in bytes)
        {
            buffer = (buffer << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text[at++] = Alphabet[(buffer >> (bits - 5)) & 31];
            }

            buffer &= (1 << bits) - 1;
        }

        text[at] = Alphabet[(buffer << (5 - bits)) & 31];
        return new string(text);
    }
}
