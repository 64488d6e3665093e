using System.Formats.Cbor;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;

namespace EdgeDePin.Sharing.Messages;

/// <summary>
/// A worker's signatures of its receipts: one for all receipts of a bundle, over the root of a Merkle tree of their claims (RFC 6962
/// section 2.1). Each receipt carries it with its own place and audit path, so it convinces others without the rest of the bundle:
/// <c>signature (64) ‖ index (1) ‖ count (1) ‖ path (32 each)</c>, and the 64 bytes alone where it was signed by itself.
/// </summary>
internal sealed class ReceiptSignatures(SignatureScheme scheme)
{
    /// <summary>The signature, the place among 64 and a path of six hashes.</summary>
    public const int MaxBytes = NodeIdentity.SignatureLength + 2 + (6 * Digest.Length);

    private const int Remembered = 64;

    // The receipts of a bundle come one after the other, and their signature is checked once.
    private readonly RecentlyEnded<Digest, bool> _held = new(Remembered);

    /// <summary>The bundle with its receipts signed; what is no receipt, or is signed, stays as it is.</summary>
    public static IReadOnlyList<Message> Sign(NodeIdentity worker, string site, NodeId requester, IReadOnlyList<Message> messages)
    {
        int[] at = [.. Enumerable.Range(0, messages.Count).Where(index => messages[index] is Message.Receipt { Signature.Length: 0 })];
        if (at.Length == 0)
        {
            return messages;
        }

        Message[] result = [.. messages];
        byte[][] claims = [.. at.Select(index => ReceiptClaim.ToBeSigned(site, requester, worker.NodeId, (Message.Receipt)messages[index]))];
        if (claims is [byte[] only])
        {
            result[at[0]] = (Message.Receipt)messages[at[0]] with { Signature = worker.Sign(only) };
            return result;
        }

        var tree = new MerkleTree();
        foreach (byte[] claim in claims)
        {
            tree.Append(MerkleTree.Leaf(claim));
        }

        byte[] signature = worker.Sign(ToBeSigned(tree.Root));
        for (int index = 0; index < at.Length; index++)
        {
            byte[] proof = [.. signature, (byte)index, (byte)at.Length, .. tree.Inclusion(index, at.Length).SelectMany(hash => hash.ToBytes())];
            result[at[index]] = (Message.Receipt)messages[at[index]] with { Signature = proof };
        }

        return result;
    }

    /// <summary>Whether the worker with this key signed this receipt for this requester.</summary>
    public bool Hold(ReadOnlySpan<byte> key, string site, NodeId requester, NodeId worker, Message.Receipt receipt)
    {
        ReadOnlySpan<byte> signature = receipt.Signature.Span;
        byte[] claim = ReceiptClaim.ToBeSigned(site, requester, worker, receipt);
        if (signature.Length <= NodeIdentity.SignatureLength)
        {
            return scheme.Verify(key, claim, signature);
        }

        int length = signature.Length - NodeIdentity.SignatureLength - 2;
        if (length < 0 || length % Digest.Length != 0)
        {
            return false;
        }

        var path = new Digest[length / Digest.Length];
        for (int index = 0; index < path.Length; index++)
        {
            path[index] = new Digest(signature.Slice(NodeIdentity.SignatureLength + 2 + (index * Digest.Length), Digest.Length));
        }

        (int place, int count) = (signature[NodeIdentity.SignatureLength], signature[NodeIdentity.SignatureLength + 1]);
        return count <= Envelope.MaxMessages && MerkleTree.RootFrom(MerkleTree.Leaf(claim), place, count, path) is { } root
            && Holds(key, root, signature[..NodeIdentity.SignatureLength]);
    }

    private bool Holds(ReadOnlySpan<byte> key, Digest root, ReadOnlySpan<byte> signature)
    {
        var name = Digest.Of([.. key, .. root.ToBytes(), .. signature]);
        if (_held.TryGet(name, out _))
        {
            return true;
        }

        bool holds = scheme.Verify(key, ToBeSigned(root), signature);
        if (holds)
        {
            _held.Add(name, true);
        }

        return holds;
    }

    // Begins with another number than a claim does, so neither can be taken for the other.
    private static byte[] ToBeSigned(Digest root)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical, initialCapacity: 40);
        writer.WriteStartArray(2);
        writer.WriteInt32(2);
        writer.WriteByteString(root.ToBytes());
        writer.WriteEndArray();
        return writer.Encode();
    }
}
