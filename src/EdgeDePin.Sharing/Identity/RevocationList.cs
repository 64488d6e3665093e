using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing.Identity;

/// <summary>
/// Whom a site no longer knows: a signed list that only grows, <c>[1, number, [[node, since, reason]]]</c>. A later one has a
/// higher number and all entries of the one before.
/// </summary>
/// <param name="Number">Rises with every list; 0 is the empty one.</param>
public sealed record RevocationList(long Number, IReadOnlyList<Revocation> Entries)
{
    /// <summary>Entries of a list, at most; with 64 characters of reason each it stays below 128 KiB.</summary>
    public const int MaxEntries = 1_000;

    private const int Version = 1;
    private const int MaxReason = 64;

    public static RevocationList Empty { get; } = new(0, []);

    public bool Contains(NodeId node) => Entries.Any(entry => entry.Node == node);

    /// <exception cref="ArgumentException">The list is full.</exception>
    public RevocationList With(Revocation entry) =>
        Entries.Count >= MaxEntries
            ? throw new ArgumentException($"A list of revocations holds {MaxEntries} entries; give the site a new root without the old members.")
            : new RevocationList(Number + 1, [.. Entries.Where(old => old.Node != entry.Node), entry]);

    /// <summary>Whether this list may follow <paramref name="known"/>: nobody is forgotten.</summary>
    public bool Follows(RevocationList known) => Number > known.Number && known.Entries.All(entry => Contains(entry.Node));

    public byte[] Seal(NodeIdentity root, string site)
    {
        ArgumentNullException.ThrowIfNull(root);
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartArray(3);
        writer.WriteInt32(Version);
        writer.WriteInt64(Number);
        writer.WriteStartArray(Entries.Count);
        foreach (Revocation entry in Entries)
        {
            writer.WriteStartArray(3);
            writer.WriteTextString(entry.Node.Value);
            writer.WriteInt64(entry.Since.ToUnixTimeSeconds());
            writer.WriteTextString(entry.Reason);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndArray();
        return SignedBytes.Seal(root, writer.Encode(), Context(site));
    }

    /// <param name="signer">The key that signed it: believe it where it is a root.</param>
    public static bool TryOpen(
        ReadOnlyMemory<byte> bytes, string site, SignatureScheme scheme,
        [NotNullWhen(true)] out RevocationList? list, [NotNullWhen(true)] out byte[]? signer)
    {
        list = null;
        if (!SignedBytes.TryOpen(bytes, Context(site), scheme, out signer, out ReadOnlyMemory<byte> payload))
        {
            return false;
        }

        try
        {
            var reader = new CborReader(payload, CborConformanceMode.Ctap2Canonical);
            MessageReader.StartArray(reader, 3);
            if (reader.ReadInt32() != Version)
            {
                return false;
            }

            long number = MessageReader.Number(reader, 0, long.MaxValue);
            int count = reader.ReadStartArray() ?? -1;
            if (count is < 0 or > MaxEntries)
            {
                return false;
            }

            var entries = new Revocation[count];
            for (int index = 0; index < count; index++)
            {
                MessageReader.StartArray(reader, 3);
                entries[index] = new Revocation(
                    NodeId.Parse(MessageReader.Text(reader, NodeId.Length)),
                    DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64()),
                    MessageReader.Text(reader, MaxReason));
                reader.ReadEndArray();
            }

            reader.ReadEndArray();
            reader.ReadEndArray();
            list = new RevocationList(number, entries);
            return reader.BytesRemaining == 0;
        }
        catch (Exception error) when (MessageReader.IsMalformed(error))
        {
            return false;
        }
    }

    private static byte[] Context(string site) => Encoding.UTF8.GetBytes($"edgedepin/1/{site}/revocations");
}

/// <param name="Reason">For people; up to 64 characters.</param>
public sealed record Revocation(NodeId Node, DateTimeOffset Since, string Reason);
