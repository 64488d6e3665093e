using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;

namespace EdgeDePin.Tests.Sharing.Ledger;

public sealed class SignedNoteTests : IDisposable
{
    private readonly NodeIdentity _anna = Some.Identity(1);
    private readonly NodeIdentity _ben = Some.Identity(2);

    // The example of golang.org/x/mod/sumdb/note, signed by somebody else's program.
    [Fact]
    public void The_published_note_is_verified()
    {
        const string Note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
            + "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        byte[] key = Convert.FromBase64String("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1..];
        Assert.True(SignedNote.IsSignedBy(Note, "PeterNeumann", key));
        Assert.False(SignedNote.IsSignedBy(Note.Replace("answer", "Answer", StringComparison.Ordinal), "PeterNeumann", key));
        Assert.False(SignedNote.IsSignedBy(Note, "EnochRoot", key));
        Assert.False(SignedNote.IsSignedBy(Note, "PeterNeumann", _anna.PublicKey));
    }

    [Fact]
    public void A_checkpoint_is_signed_by_its_node_and_cosigned_by_a_witness_with_the_instant()
    {
        string note = new CheckpointNote(_anna.NodeId, 7, Digest.Of([7])).Seal(_anna, Some.Site);
        string witness = CheckpointNote.OriginOf(Some.Site, _ben.NodeId);
        note += SignedNote.Cosign(note, witness, _ben, Some.Instant);
        Assert.Equal(new CheckpointNote(_anna.NodeId, 7, Digest.Of([7])), Open(note));
        Assert.Equal(Some.Instant, SignedNote.CosignedBy(note, witness, _ben.PublicKey));
        Assert.Null(SignedNote.CosignedBy(note.Replace("\n7\n", "\n8\n", StringComparison.Ordinal), witness, _ben.PublicKey));
        Assert.Null(Open(note.Replace("\n7\n", "\n8\n", StringComparison.Ordinal)));
    }

    [Fact]
    public void Two_logs_of_one_size_convict_their_node_and_nothing_else_does()
    {
        string first = new CheckpointNote(_anna.NodeId, 7, Digest.Of([7])).Seal(_anna, Some.Site);
        string second = new CheckpointNote(_anna.NodeId, 7, Digest.Of([8])).Seal(_anna, Some.Site);
        string later = new CheckpointNote(_anna.NodeId, 8, Digest.Of([8])).Seal(_anna, Some.Site);
        string forged = new CheckpointNote(_anna.NodeId, 7, Digest.Of([8])).Seal(_ben, Some.Site);
        Assert.True(Holds(first, second));
        Assert.False(Holds(first, first));
        Assert.False(Holds(first, later));
        Assert.False(Holds(first, forged));
    }

    public void Dispose()
    {
        _anna.Dispose();
        _ben.Dispose();
    }

    private CheckpointNote? Open(string note) => CheckpointNote.Open(note, Some.Site, _anna.NodeId, _anna.PublicKey, SignatureScheme.Ed25519);

    private bool Holds(string first, string second) =>
        new Equivocation(_anna.NodeId, first, second).Holds(Some.Site, _anna.PublicKey, SignatureScheme.Ed25519);
}
