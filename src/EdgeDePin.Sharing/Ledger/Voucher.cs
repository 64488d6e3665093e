using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing.Ledger;

/// <summary>
/// What a requester owes a worker in all, signed: <c>[1, worker, receipts, millicredits]</c>. Each is worth as much as all before
/// it together, so one that is lost is no loss and one that comes twice pays nothing twice.
/// </summary>
/// <param name="Receipts">How many it covers.</param>
/// <param name="Cumulative">Millicredits, at most <see cref="MaxCumulative"/>.</param>
public sealed record Voucher(NodeId Requester, NodeId Worker, long Receipts, long Cumulative)
{
    /// <summary>What no pair comes to in a century of work, and what a double still counts: 2^53 millicredits.</summary>
    public const long MaxCumulative = 1L << 53;

    public static byte[] Seal(NodeIdentity requester, string site, NodeId worker, long receipts, long cumulative)
    {
        ArgumentNullException.ThrowIfNull(requester);
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical, initialCapacity: 64);
        writer.WriteStartArray(4);
        writer.WriteInt32(1);
        writer.WriteTextString(worker.Value);
        writer.WriteInt64(receipts);
        writer.WriteInt64(cumulative);
        writer.WriteEndArray();
        return SignedBytes.Seal(requester, writer.Encode(), Context(site));
    }

    public static bool TryOpen(ReadOnlyMemory<byte> bytes, string site, SignatureScheme scheme, [NotNullWhen(true)] out Voucher? voucher)
    {
        voucher = null;
        if (!SignedBytes.TryOpen(bytes, Context(site), scheme, out byte[]? signer, out ReadOnlyMemory<byte> payload))
        {
            return false;
        }

        try
        {
            var reader = new CborReader(payload, CborConformanceMode.Ctap2Canonical);
            MessageReader.StartArray(reader, 4);
            if (reader.ReadInt32() != 1)
            {
                return false;
            }

            NodeId worker = NodeId.Parse(MessageReader.Text(reader, NodeId.Length));
            voucher = new Voucher(
                NodeId.Of(signer), worker, MessageReader.Number(reader, 0, MaxCumulative), MessageReader.Number(reader, 0, MaxCumulative));
            reader.ReadEndArray();
            return reader.BytesRemaining == 0;
        }
        catch (Exception error) when (MessageReader.IsMalformed(error))
        {
            return false;
        }
    }

    private static byte[] Context(string site) => Encoding.UTF8.GetBytes($"edgedepin/1/{site}/voucher");
}
