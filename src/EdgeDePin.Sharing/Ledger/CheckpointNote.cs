using System.Globalization;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Sharing.Ledger;

/// <summary>
/// Size and root of a node's receipt log, as a signed note (c2sp.org/tlog-checkpoint): whoever signs two that do not fit has
/// proven by itself that it has two logs.
/// </summary>
public sealed record CheckpointNote(NodeId Node, long Size, Digest Root)
{
    public static string OriginOf(string site, NodeId node) => $"edgedepin/1/{site}/{node}";

    public string Seal(NodeIdentity self, string site)
    {
        string origin = OriginOf(site, Node);
        return SignedNote.Sign($"{origin}\n{Size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(Root.ToBytes())}\n", origin, self);
    }

    /// <summary>What the note says, where the node signed it; null otherwise.</summary>
    public static CheckpointNote? Open(string note, string site, NodeId node, ReadOnlySpan<byte> publicKey, SignatureScheme scheme)
    {
        string origin = OriginOf(site, node);
        byte[] root = new byte[Digest.Length + 4];
        return SignedNote.TextOf(note)?.Split('\n') is [var first, var second, var third, ""]
            && first == origin
            && long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            && Convert.TryFromBase64String(third, root, out int length) && length == Digest.Length
            && SignedNote.IsSignedBy(note, origin, publicKey, scheme)
                ? new CheckpointNote(node, size, new Digest(root.AsSpan(0, Digest.Length)))
                : null;
    }
}

/// <summary>Two checkpoints of one node, both signed by it, that cannot be of one log: it shows different logs to different people.</summary>
/// <param name="First">A signed note.</param>
/// <param name="Second">Another of the same size with another root.</param>
public sealed record Equivocation(NodeId Node, string First, string Second)
{
    /// <summary>Convinces anybody who knows the node's key, and needs nobody's word.</summary>
    public bool Holds(string site, ReadOnlySpan<byte> publicKey, SignatureScheme scheme) =>
        CheckpointNote.Open(First, site, Node, publicKey, scheme) is { } first
        && CheckpointNote.Open(Second, site, Node, publicKey, scheme) is { } second
        && first.Size == second.Size && first.Root != second.Root;
}
