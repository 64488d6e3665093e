using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Tests.Sharing.Ledger;

public sealed class WitnessTests : IDisposable
{
    private readonly NodeIdentity _self = Some.Identity(9);
    private readonly NodeIdentity _anna = Some.Identity(1);
    private readonly Witness _witness;
    private readonly string _note;

    public WitnessTests()
    {
        var options = new SharingOptions { Site = Some.Site };
        var ledger = new NodeLedger(_self, Some.Site);
        var neighbours = new NeighbourTable(options, ledger);
        ledger.Pay(_anna.NodeId, Some.Receipt(), 10, isChecked: true, 50, _anna.PublicKey);
        neighbours.Hear(_anna.NodeId, Some.Offer(), 1, Some.At(60), Some.Member());
        neighbours.Find(_anna.NodeId)!.PublicKey = _anna.PublicKey;
        _witness = new Witness(options, _self, ledger, neighbours);
        Assert.Single(_witness.Tick(Some.At(61)));
        _note = _witness.Note!;
    }

    [Fact]
    public void A_witness_adds_its_line_once()
    {
        string line = Line(_anna);
        Take(line);
        Take(SignedNote.Cosign(_note, Name(_anna), _anna, Some.Instant.AddSeconds(5)));
        Assert.Equal((_note + line, 1L), (_witness.Note, _witness.Cosigned.Got));
    }

    [Fact]
    public void Nothing_but_that_line_gets_into_the_note()
    {
        foreach (string line in new[] { $"forged\n1\nAA==\n\n{Line(_anna)}", $"{Line(_anna)}{Line(_anna)}", Line(_anna).TrimEnd('\n'), Line(_self), "\n" })
        {
            Take(line);
        }

        using NodeIdentity stranger = Some.Identity(5);
        _witness.Receive(stranger.NodeId, new Message.Cosignature(1, Line(stranger)), Some.At(62));
        Assert.Equal((_note, 0L), (_witness.Note, _witness.Cosigned.Got));
    }

    public void Dispose()
    {
        _self.Dispose();
        _anna.Dispose();
    }

    private static string Name(NodeIdentity witness) => CheckpointNote.OriginOf(Some.Site, witness.NodeId);

    private string Line(NodeIdentity witness) => SignedNote.Cosign(_note, Name(witness), witness, Some.Instant);

    private void Take(string line) => _witness.Receive(_anna.NodeId, new Message.Cosignature(1, line), Some.At(62));
}
