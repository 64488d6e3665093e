using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Identity;

/// <summary>
/// Whom a node takes for a member: those whose certificate leads to a root that it lists, by way of one sponsor at most, and
/// who are not revoked. Without roots the site is open: every key may join, nobody has an owner or a region, and only public
/// data goes there.
/// </summary>
public sealed class Membership
{
    /// <summary>Certificates of a chain: the member's, and its sponsor's where that is not a root.</summary>
    public const int MaxChain = 2;

    private readonly string _site;
    private readonly HashSet<NodeId> _roots;
    private readonly SignatureScheme _scheme;

    /// <param name="roots">Public keys of 32 bytes.</param>
    /// <param name="leeway">How far clocks may be off.</param>
    public Membership(string site, IReadOnlyCollection<byte[]> roots, TimeSpan leeway, SignatureScheme? scheme = null)
    {
        ArgumentNullException.ThrowIfNull(roots);
        _site = site;
        _roots = [.. roots.Select(root => NodeId.Of(root))];
        _scheme = scheme ?? SignatureScheme.Ed25519;
        Leeway = leeway;
    }

    public TimeSpan Leeway { get; }

    /// <summary>No root is listed, so every key may join.</summary>
    public bool Open => _roots.Count == 0;

    public RevocationList Revocations { get; private set; } = RevocationList.Empty;

    /// <summary>Takes a list that a root signed and that follows the one known; false for any other.</summary>
    public bool TryRevoke(ReadOnlyMemory<byte> bytes)
    {
        if (!RevocationList.TryOpen(bytes, _site, _scheme, out RevocationList? list, out byte[]? signer)
            || !_roots.Contains(NodeId.Of(signer)) || !list.Follows(Revocations))
        {
            return false;
        }

        Revocations = list;
        return true;
    }

    /// <summary>Judges a node's certificates.</summary>
    /// <param name="node">Who shows them; the first certificate is about it.</param>
    /// <param name="wall">What this node's clock says.</param>
    /// <param name="member">What the site says of the node, where it is a member.</param>
    /// <returns>Null for a member; otherwise why not, for people.</returns>
    public string? WhyNot(NodeId node, IReadOnlyList<ReadOnlyMemory<byte>> chain, DateTimeOffset wall, out Member? member)
    {
        member = null;
        if (Revocations.Contains(node))
        {
            return "revoked";
        }

        if (Open)
        {
            member = new Member(node.Value, node, "", MemberRoles.Worker | MemberRoles.Requester, DateTimeOffset.MaxValue, Certified: false);
            return null;
        }

        if (chain.Count is 0 or > MaxChain)
        {
            return chain.Count == 0 ? "no certificate" : $"a chain of {chain.Count} certificates";
        }

        if (!Certificate.TryOpen(chain[0], _site, _scheme, out Certificate? own) || own.Node != node)
        {
            return "a certificate that is not its own";
        }

        if (WhyNotSponsor(own, chain, wall, out DateTimeOffset until) is { } reason)
        {
            return reason;
        }

        if (WhyNotNow(own, wall) is { } late)
        {
            return late;
        }

        member = new Member(own.Owner, own.Sponsor, own.Region, own.Roles, until, Certified: true);
        return null;
    }

    /// <summary>Whether a member's own word holds no longer: it, or who answers for it, is revoked, or its certificates ended.</summary>
    internal string? WhyNotAnyMore(NodeId node, Member member, DateTimeOffset wall) =>
        Revocations.Contains(node) ? "revoked"
        : member.Certified && Revocations.Contains(member.Sponsor) ? $"its sponsor {member.Sponsor} is revoked"
        : member.Certified && wall > member.Until && wall - member.Until > Leeway ? $"not valid after {member.Until:u}"
        : null;

    // Until: when the first certificate of the chain ends.
    private string? WhyNotSponsor(Certificate own, IReadOnlyList<ReadOnlyMemory<byte>> chain, DateTimeOffset wall, out DateTimeOffset until)
    {
        until = own.Until;
        if (Revocations.Contains(own.Sponsor))
        {
            return $"its sponsor {own.Sponsor} is revoked";
        }

        if (_roots.Contains(own.Sponsor))
        {
            return null;
        }

        Certificate? sponsor = null;
        bool admitted = chain.Count == 2 && Certificate.TryOpen(chain[1], _site, _scheme, out sponsor)
            && sponsor.Node == own.Sponsor && _roots.Contains(sponsor.Sponsor);
        until = admitted && sponsor!.Until < until ? sponsor.Until : until;
        return !admitted ? $"its sponsor {own.Sponsor} is not admitted by a root listed here"
            : !sponsor!.Roles.HasFlag(MemberRoles.Sponsor) ? $"{own.Sponsor} is no sponsor"
            : Revocations.Contains(sponsor.Sponsor) ? $"its sponsor's root {sponsor.Sponsor} is revoked"
            : WhyNotNow(sponsor, wall) is { } late ? $"its sponsor's certificate is {late}"
            // A sponsor renews what the root once gave; it cannot make sponsors.
            : own.Roles.HasFlag(MemberRoles.Sponsor) ? "a sponsor that no root signed"
            : null;
    }

    private string? WhyNotNow(Certificate certificate, DateTimeOffset wall) =>
        wall < certificate.From - Leeway ? $"not valid before {certificate.From:u}"
        : wall > certificate.Until + Leeway ? $"not valid after {certificate.Until:u}"
        : null;
}

/// <summary>What a site says of a member.</summary>
/// <param name="Until">When the first of its certificates ends, its sponsor's included.</param>
/// <param name="Certified">False in an open site, where owner and region are nobody's word.</param>
public sealed record Member(string Owner, NodeId Sponsor, string Region, MemberRoles Roles, DateTimeOffset Until, bool Certified);
