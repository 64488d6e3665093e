using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Tests.Sharing;

public sealed class ParticipantTests : IDisposable
{
    private readonly SharingOptions _options = new() { Site = Some.Site };
    private readonly NodeIdentity _self = Some.Identity(9);
    private readonly NodeIdentity _anna = Some.Identity(1);
    private readonly NodeIdentity _sponsor = Some.Identity(101);
    private readonly NodeIdentity _root = Some.Identity(100);

    [Fact]
    public void What_had_vested_before_a_crash_is_paid_when_its_worker_is_heard_again()
    {
        var ledger = new NodeLedger(_self, Some.Site);
        TaskId later = Some.Task with { Task = 4 };
        List<LedgerEntry> log =
        [
            ledger.Hold(_anna.NodeId, Some.Receipt(requester: 9), price: 10, vesting: 1),
            ledger.Pay(_anna.NodeId, Some.Receipt(requester: 9, task: later), 10, isChecked: true, 50, _anna.PublicKey)!,
        ];
        LedgerEntry.Debit due = Debits(Hear(new Participant(_options, _self, [Some.Kind], new Random(1), log: log), 1)).Single();
        Assert.Equal((Some.Task, 50, 100), (due.Task, due.Amount, due.Cumulative));
        log.Add(due);
        Assert.Empty(LedgerAudit.Of(_self.NodeId, Some.Site, log).Findings);
        Assert.Empty(Debits(Hear(new Participant(_options, _self, [Some.Kind], new Random(1), log: log), 1)));
    }

    [Fact]
    public void With_a_revoked_sponsor_go_its_members_and_their_leases_and_the_list_is_kept()
    {
        Participant participant = Member(sponsorHours: 24);
        var what = Assignment.Of(Some.Kind, new byte[] { 1 }, TimeSpan.FromSeconds(1), _options) with
        {
            Policy = TaskPolicy.Public with { Purpose = "research" },
        };
        participant.Requester.Submit(what, _anna.NodeId, TimeSpan.FromSeconds(1), out _);
        Assert.Equal(1, participant.Requester.Open);
        byte[] list = RevocationList.Empty.With(new Revocation(_sponsor.NodeId, Some.Instant, "sold")).Seal(_root, Some.Site);
        IReadOnlyList<Step> steps = participant.Receive(new LinkEvent.Revoked(list), Some.At(1));
        Assert.Equal(list, steps.OfType<Step.KeepRevocations>().Single().List.ToArray());
        Assert.Equal((0, NeighbourState.Excluded), (participant.Requester.Open, participant.Views(Some.At(1)).Single().State));
        Hear(participant, 2, Chain(sponsorHours: 24));
        Assert.Equal((NeighbourState.Excluded, 1), (participant.Views(Some.At(1)).Single().State, participant.Counters.Refused[Refusal.NotAMember]));
    }

    [Fact]
    public void A_member_is_one_until_the_first_certificate_of_its_chain_ends()
    {
        Participant participant = Member(sponsorHours: 2);
        Assert.Equal(Some.Instant.AddHours(2), participant.Neighbours.Find(_anna.NodeId)!.Member!.Until);
        participant.Tick(Some.At(1) with { Wall = Some.Instant.AddHours(3) });
        Assert.NotEqual(NeighbourState.Excluded, participant.Views(Some.At(1)).Single().State);
        // An hour of leeway is over; no offer had to come for it.
        participant.Tick(Some.At(1) with { Wall = Some.Instant.AddHours(3.1) });
        Assert.Equal(NeighbourState.Excluded, participant.Views(Some.At(1)).Single().State);
    }

    [Fact]
    public void A_list_that_was_received_is_there_at_the_next_start()
    {
        string folder = Directory.CreateTempSubdirectory("revocations-").FullName;
        try
        {
            SiteFolder.Hand(folder, [_root.PublicKey], Certificate(_self, _root, MemberRoles.Worker, 24).Span, []);
            SiteFolder.KeepRevocations(folder, RevocationList.Empty.With(new Revocation(_anna.NodeId, Some.Instant, "lied")).Seal(_root, Some.Site));
            Assert.True(SiteFolder.Papers(folder, Some.Site, TimeSpan.Zero).Membership.Revocations.Contains(_anna.NodeId));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose()
    {
        foreach (NodeIdentity identity in new[] { _self, _anna, _sponsor, _root })
        {
            identity.Dispose();
        }
    }

    private Participant Member(int sponsorHours)
    {
        var membership = new Membership(Some.Site, [_root.PublicKey], TimeSpan.FromHours(1));
        ReadOnlyMemory<byte> own = Certificate(_self, _root, MemberRoles.Worker | MemberRoles.Requester, 24);
        var participant = new Participant(_options, _self, [Some.Kind], new Random(1), membership, [own]);
        participant.Tick(Some.At(0));
        Hear(participant, 1, Chain(sponsorHours));
        return participant;
    }

    private ReadOnlyMemory<byte>[] Chain(int sponsorHours) =>
    [
        Certificate(_anna, _sponsor, MemberRoles.Worker | MemberRoles.Requester, 24), Certificate(_sponsor, _root, MemberRoles.Sponsor, sponsorHours),
    ];

    private IReadOnlyList<Step> Hear(Participant participant, ulong sequence, params ReadOnlyMemory<byte>[] chain)
    {
        Message.Offer offer = Some.Offer() with { Chain = chain };
        return participant.Receive(
            new Envelope(_anna.NodeId, null, sequence, Some.Instant, [offer]) { SenderKey = _anna.PublicKey }, _anna.NodeId, Some.At(0));
    }

    private static IEnumerable<LedgerEntry.Debit> Debits(IReadOnlyList<Step> steps) =>
        steps.OfType<Step.Record>().Select(record => record.Entry).OfType<LedgerEntry.Debit>();

    private static ReadOnlyMemory<byte> Certificate(NodeIdentity node, NodeIdentity signer, MemberRoles roles, int hours) =>
        new Certificate(node.PublicKey, "anna", default, "eu/fr", roles, Some.Instant, Some.Instant.AddHours(hours)).Seal(signer, Some.Site);
}
