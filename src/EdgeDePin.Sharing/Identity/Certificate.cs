using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing.Identity;

/// <summary>
/// What a site says of a member: a COSE_Sign1 over <c>[1, node key, owner, sponsor, region, [roles], from, until]</c>, signed by
/// the site's root or by a sponsor whom the root admitted. Region and owner come from here, never from the node's own word.
/// </summary>
/// <param name="NodeKey">The member's Ed25519 public key, 32 bytes.</param>
/// <param name="Owner">Whose machine it is; 1 to 64 characters.</param>
/// <param name="Sponsor">Who answers for it: the signer.</param>
/// <param name="Region">Where it stands, from the large to the small, such as <c>eu/fr/lyon</c>; up to 64 characters.</param>
/// <param name="From">Not valid before (UTC, whole seconds).</param>
/// <param name="Until">Not valid after.</param>
public sealed record Certificate(
    byte[] NodeKey, string Owner, NodeId Sponsor, string Region, MemberRoles Roles, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>How long a certificate holds where nothing else is said: a lost device is out by tomorrow.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromHours(24);

    /// <summary>Bytes of an encoded certificate, at most.</summary>
    public const int MaxBytes = 1024;

    private const int Version = 1;
    private const int MaxText = 64;

    public NodeId Node => NodeId.Of(NodeKey);

    /// <exception cref="ArgumentException">Owner or region are too long or empty, or it ends before it begins.</exception>
    public byte[] Seal(NodeIdentity signer, string site)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (Owner is not { Length: > 0 and <= MaxText } || Region is not { Length: <= MaxText } || Until <= From)
        {
            throw new ArgumentException(
                $"A certificate needs an owner of 1 to {MaxText} characters ('{Owner}'), a region of at most {MaxText} ('{Region}'), and to end after it begins ({From:O} to {Until:O}).");
        }

        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartArray(8);
        writer.WriteInt32(Version);
        writer.WriteByteString(NodeKey);
        writer.WriteTextString(Owner);
        writer.WriteTextString(signer.NodeId.Value);
        writer.WriteTextString(Region);
        writer.WriteInt32((int)Roles);
        writer.WriteInt64(From.ToUnixTimeSeconds());
        writer.WriteInt64(Until.ToUnixTimeSeconds());
        writer.WriteEndArray();
        return SignedBytes.Seal(signer, writer.Encode(), Context(site));
    }

    /// <summary>Reads a certificate and checks that its sponsor signed it; whether one believes that sponsor is another matter.</summary>
    public static bool TryOpen(
        ReadOnlyMemory<byte> bytes, string site, SignatureScheme scheme, [NotNullWhen(true)] out Certificate? certificate)
    {
        certificate = null;
        if (bytes.Length > MaxBytes || !SignedBytes.TryOpen(bytes, Context(site), scheme, out byte[]? signer, out ReadOnlyMemory<byte> payload))
        {
            return false;
        }

        try
        {
            var reader = new CborReader(payload, CborConformanceMode.Ctap2Canonical);
            MessageReader.StartArray(reader, 8);
            if (reader.ReadInt32() != Version)
            {
                return false;
            }

            byte[] key = reader.ReadDefiniteLengthByteString().ToArray();
            string owner = MessageReader.Text(reader, MaxText);
            NodeId sponsor = NodeId.Parse(MessageReader.Text(reader, NodeId.Length));
            string region = MessageReader.Text(reader, MaxText);
            var roles = (MemberRoles)MessageReader.Number(reader, 0, (long)MemberRoles.All);
            DateTimeOffset from = DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64());
            DateTimeOffset until = DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64());
            reader.ReadEndArray();
            if (reader.BytesRemaining != 0 || key.Length != NodeIdentity.KeyLength || owner.Length == 0 || until <= from
                || sponsor != NodeId.Of(signer))
            {
                return false;
            }

            certificate = new Certificate(key, owner, sponsor, region, roles, from, until);
            return true;
        }
        catch (Exception error) when (MessageReader.IsMalformed(error))
        {
            return false;
        }
    }

    private static byte[] Context(string site) => Encoding.UTF8.GetBytes($"edgedepin/1/{site}/certificate");
}

/// <summary>What a member may do. The numbers are the protocol's.</summary>
[Flags]
public enum MemberRoles
{
    None = 0,

    /// <summary>Runs others' tasks.</summary>
    Worker = 1,

    /// <summary>Gives tasks away.</summary>
    Requester = 2,

    /// <summary>Renews the certificates of members.</summary>
    Sponsor = 4,

    All = Worker | Requester | Sponsor,
}
