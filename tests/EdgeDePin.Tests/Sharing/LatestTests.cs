using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Tests.Sharing;

/// <summary>What a node has measured last goes to those that may see it, and to nobody else.</summary>
public sealed class LatestTests : IDisposable
{
    private static readonly byte[] Values = "{\"values\":[{\"n\":\"temperature\",\"v\":21.5,\"t\":0}]}"u8.ToArray();

    private readonly NodeIdentity _root = Some.Identity(100);
    private readonly Dictionary<int, NodeIdentity> _identities = [];

    public static TheoryData<DataClass, int[]> Audiences => new()
    {
        { DataClass.LocalOnly, [] },
        { DataClass.Owner, [2] },
        { DataClass.Site, [2, 3] },
        { DataClass.Public, [2, 3] },
    };

    // 1 and 2 are anna's, 3 is ben's.
    [Theory]
    [MemberData(nameof(Audiences))]
    public void A_class_of_data_decides_whom_a_node_tells(DataClass dataClass, int[] expected)
    {
        Participant self = Member(1, "anna");
        Hear(self, 2, "anna");
        Hear(self, 3, "ben");
        Step.Send[] sent = [.. self.Tell(dataClass, Values, Some.At(1)).Cast<Step.Send>()];
        Assert.Equal(expected.Select(number => Identity(number).NodeId).Order(), sent.Select(send => send.To).Order());
        Assert.All(sent, send => Assert.Equal(Values, ((Message.Latest)send.Message).Data.ToArray()));

        // Who has fallen silent is told nothing: it would wait in a queue and be heard as new.
        Assert.Empty(self.Tell(dataClass, Values, Some.At(3_600)));
    }

    [Fact]
    public void In_a_site_without_certificates_only_public_data_is_told()
    {
        var self = new Participant(new SharingOptions { Site = Some.Site }, Identity(1), [Some.Kind], new Random(1));
        self.Tick(Some.At(0));
        Hear(self, 2, owner: null);
        Assert.Empty(self.Tell(DataClass.Site, Values, Some.At(1)));
        Assert.Empty(self.Tell(DataClass.Owner, Values, Some.At(1)));
        Assert.Single(self.Tell(DataClass.Public, Values, Some.At(1)));
    }

    [Fact]
    public void A_large_site_tells_each_member_as_often_as_it_is_told()
    {
        const int Nodes = 40;
        Dictionary<NodeId, int> told = [];
        for (int number = 1; number <= Nodes; number++)
        {
            Participant self = Member(number, "anna");
            foreach (int other in Enumerable.Range(1, Nodes).Where(one => one != number))
            {
                Hear(self, other, "anna");
            }

            foreach (Step.Send send in self.Tell(DataClass.Site, Values, Some.At(1)).Cast<Step.Send>())
            {
                told[send.To] = told.GetValueOrDefault(send.To) + 1;
            }
        }

        Assert.Equal(Nodes, told.Count);
        Assert.All(told.Values, times => Assert.Equal(Audience.Most, times));
    }

    [Fact]
    public void A_member_is_heard_and_nobody_else()
    {
        Participant self = Member(1, "anna");
        Hear(self, 2, "ben");
        Step.Heard heard = Assert.IsType<Step.Heard>(Assert.Single(Say(self, 2, sequence: 2)));
        Assert.Equal((Identity(2).NodeId, Values.Length), (heard.Neighbour, heard.Data.Length));
        Assert.Empty(Say(self, 2, sequence: 2));   // once more is a replay
        Assert.Empty(Say(self, 7, sequence: 1));   // made up at will
        self.Receive(new LinkEvent.Revoked(RevocationList.Empty.With(new Revocation(Identity(2).NodeId, Some.Instant, "sold")).Seal(_root, Some.Site)), Some.At(1));
        Assert.Empty(Say(self, 2, sequence: 3));
        Assert.Equal((1, 1, 1), (Refused(self, Refusal.Replayed), Refused(self, Refusal.UnknownSender), Refused(self, Refusal.NotAMember)));
    }

    [Fact]
    public void On_its_way_nobody_but_its_receiver_can_read_it()
    {
        NodeIdentity anna = Identity(1), ben = Identity(2), eve = Identity(3);
        byte[] bytes = Envelope.Seal(anna, Some.Site, ben.NodeId, 1, Some.Instant, [new Message.Latest(Values)], ben.Reader.PublicKey);
        Assert.DoesNotContain("temperature", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        Assert.Null(Envelope.Open(bytes, Some.Site, ben, _ => new ReplayWindow(), out Envelope? opened));
        Assert.Equal(Values, Assert.IsType<Message.Latest>(opened!.Message).Data.ToArray());
        Assert.Equal(Refusal.WrongReceiver, Envelope.Open(bytes, Some.Site, eve, _ => new ReplayWindow(), out _));
    }

    public void Dispose()
    {
        _root.Dispose();
        foreach (NodeIdentity identity in _identities.Values)
        {
            identity.Dispose();
        }
    }

    private static long Refused(Participant self, Refusal refusal) => self.Counters.Refused[refusal];

    private NodeIdentity Identity(int number) =>
        _identities.TryGetValue(number, out NodeIdentity? known) ? known : _identities[number] = Some.Identity(number);

    private ReadOnlyMemory<byte> Certificate(int number, string owner) => new Certificate(
        Identity(number).PublicKey, owner, default, "eu/fr", MemberRoles.Worker | MemberRoles.Requester, Some.Instant, Some.Instant.AddHours(24))
        .Seal(_root, Some.Site);

    private Participant Member(int number, string owner)
    {
        var membership = new Membership(Some.Site, [_root.PublicKey], TimeSpan.FromHours(1));
        var participant = new Participant(
            new SharingOptions { Site = Some.Site }, Identity(number), [Some.Kind], new Random(1), membership, [Certificate(number, owner)]);
        participant.Tick(Some.At(0));
        return participant;
    }

    private void Hear(Participant self, int number, string? owner)
    {
        Message.Offer offer = Some.Offer() with { Chain = owner is null ? [] : [Certificate(number, owner)] };
        NodeIdentity other = Identity(number);
        self.Receive(new Envelope(other.NodeId, null, 1, Some.Instant, [offer]) { SenderKey = other.PublicKey }, other.NodeId, Some.At(0));
    }

    private IReadOnlyList<Step> Say(Participant self, int number, ulong sequence) => self.Receive(
        new Envelope(Identity(number).NodeId, self.Id, sequence, Some.Instant, [new Message.Latest(Values)]) { SenderKey = Identity(number).PublicKey },
        offerOf: null, Some.At(1));
}
