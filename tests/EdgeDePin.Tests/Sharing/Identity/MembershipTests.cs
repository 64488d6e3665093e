using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Tests.Sharing.Identity;

public sealed class MembershipTests : IDisposable
{
    private const string Site = "street-7";
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly NodeIdentity _root = Some.Identity(100);
    private readonly NodeIdentity _sponsor = Some.Identity(101);
    private readonly NodeIdentity _anna = Some.Identity(1);
    private readonly NodeIdentity _stranger = Some.Identity(66);
    private readonly Membership _membership;

    public MembershipTests() => _membership = new Membership(Site, [_root.PublicKey], TimeSpan.FromHours(1));

    [Fact]
    public void A_member_is_what_its_certificate_says()
    {
        Assert.Null(_membership.WhyNot(_anna.NodeId, [Sealed(_anna, _root)], Now, out Member? member));
        Assert.Equal(("anna", _root.NodeId, "eu/fr", true), (member!.Owner, member.Sponsor, member.Region, member.Certified));
    }

    [Fact]
    public void A_sponsor_that_the_root_admitted_may_renew_and_nobody_else()
    {
        byte[] sponsor = Sealed(_sponsor, _root, MemberRoles.Sponsor);
        Assert.Null(_membership.WhyNot(_anna.NodeId, [Sealed(_anna, _sponsor), sponsor], Now, out Member? member));
        Assert.Equal(_sponsor.NodeId, member!.Sponsor);
        Assert.Contains("not admitted by a root", WhyNot(Sealed(_anna, _sponsor)), StringComparison.Ordinal);
        Assert.Contains("is no sponsor", WhyNot(Sealed(_anna, _sponsor), Sealed(_sponsor, _root, MemberRoles.Worker)), StringComparison.Ordinal);
        Assert.Contains("no root signed", WhyNot(Sealed(_anna, _sponsor, MemberRoles.All), sponsor), StringComparison.Ordinal);
        Assert.Contains("not admitted by a root", WhyNot(Sealed(_anna, _sponsor), Sealed(_sponsor, _stranger, MemberRoles.Sponsor)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-3660, "not valid before")]   // an hour of leeway: two clocks need not agree
    [InlineData(-3540, null)]
    [InlineData(24 * 3600 + 3540, null)]
    [InlineData(24 * 3600 + 3660, "not valid after")]
    public void A_certificate_holds_from_and_until_with_an_hour_of_leeway(int seconds, string? reason)
    {
        string? why = _membership.WhyNot(_anna.NodeId, [Sealed(_anna, _root)], Now.AddSeconds(seconds), out _);
        Assert.True(reason is null ? why is null : why?.StartsWith(reason, StringComparison.Ordinal), why);
    }

    [Fact]
    public void Anothers_certificate_another_site_and_a_stranger_are_refused()
    {
        Assert.Contains("not its own", WhyNot(Sealed(_stranger, _root)), StringComparison.Ordinal);
        Assert.Contains("not admitted by a root", WhyNot(Sealed(_anna, _stranger)), StringComparison.Ordinal);
        byte[] elsewhere = Of(_anna).Seal(_root, "street-8");
        Assert.Contains("not its own", WhyNot(elsewhere), StringComparison.Ordinal);
        Assert.Equal("no certificate", WhyNot());
    }

    [Fact]
    public void No_byte_of_a_certificate_can_be_changed()
    {
        byte[] certificate = Sealed(_anna, _root);
        for (int at = 0; at < certificate.Length; at++)
        {
            byte[] changed = [.. certificate];
            changed[at] ^= 0x10;
            Assert.True(WhyNot(changed) is not null, $"byte {at}");
        }
    }

    [Fact]
    public void The_list_of_revocations_only_grows_and_only_a_root_signs_it()
    {
        RevocationList first = RevocationList.Empty.With(new Revocation(_anna.NodeId, Now, "stolen"));
        RevocationList second = first.With(new Revocation(_stranger.NodeId, Now, "lied"));
        Assert.False(_membership.TryRevoke(first.Seal(_sponsor, Site)));
        Assert.True(_membership.TryRevoke(second.Seal(_root, Site)));
        Assert.Equal("revoked", WhyNot(Sealed(_anna, _root)));
        Assert.False(_membership.TryRevoke(first.Seal(_root, Site)));
        // A later number that forgets somebody is a root gone wrong, and is not followed.
        Assert.False(_membership.TryRevoke((first with { Number = 9 }).Seal(_root, Site)));
        Assert.Equal(2, _membership.Revocations.Number);
    }

    [Fact]
    public void A_revoked_sponsor_takes_its_members_along()
    {
        byte[] sponsor = Sealed(_sponsor, _root, MemberRoles.Sponsor), member = Sealed(_anna, _sponsor);
        Assert.True(_membership.TryRevoke(RevocationList.Empty.With(new Revocation(_sponsor.NodeId, Now, "")).Seal(_root, Site)));
        Assert.Contains("is revoked", WhyNot(member, sponsor), StringComparison.Ordinal);
    }

    [Fact]
    public void A_founded_site_admits_revokes_and_never_forgets()
    {
        string folder = Directory.CreateTempSubdirectory("site-").FullName;
        string data = Path.Combine(folder, "node");
        try
        {
            using NodeIdentity root = SiteFolder.Create(folder, Site);
            Assert.Throws<IOException>(() => SiteFolder.Create(folder, Site));
            byte[] certificate = Of(_anna).Seal(root, Site);
            SiteFolder.Keep(folder, _anna.NodeId, certificate);
            SiteFolder.Hand(data, [root.PublicKey], certificate, []);
            Assert.Equal("anna", SiteFolder.Members(folder, Site).Single().Owner);
            (Membership membership, IReadOnlyList<ReadOnlyMemory<byte>> chain) = SiteFolder.Papers(data, Site, TimeSpan.Zero);
            Assert.Null(membership.WhyNot(_anna.NodeId, chain, Now, out _));
            RevocationList list = SiteFolder.Revoke(folder, Site, root, new Revocation(_anna.NodeId, Now, "sold"));
            Assert.True(membership.TryRevoke(list.Seal(root, Site)));
            Assert.Equal("revoked", membership.WhyNot(_anna.NodeId, chain, Now, out _));
            Assert.Equal("sold", SiteFolder.Revocations(folder, Site, root).Entries.Single().Reason);
            File.WriteAllText(Path.Combine(data, "site", "roots"), "nonsense\n");
            Assert.Contains("roots:1", Assert.Throws<InvalidDataException>(() => SiteFolder.Papers(data, Site, TimeSpan.Zero)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose()
    {
        foreach (NodeIdentity identity in new[] { _root, _sponsor, _anna, _stranger })
        {
            identity.Dispose();
        }
    }

    private string? WhyNot(params byte[][] chain) =>
        _membership.WhyNot(_anna.NodeId, [.. chain.Select(bytes => (ReadOnlyMemory<byte>)bytes)], Now, out _);

    private static Certificate Of(NodeIdentity node, MemberRoles roles = MemberRoles.Worker | MemberRoles.Requester) =>
        new(node.PublicKey, "anna", default, "eu/fr", roles, Now, Now.AddHours(24));

    private static byte[] Sealed(NodeIdentity node, NodeIdentity signer, MemberRoles roles = MemberRoles.Worker | MemberRoles.Requester) =>
        Of(node, roles).Seal(signer, Site);
}
