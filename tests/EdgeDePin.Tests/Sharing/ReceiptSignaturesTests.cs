using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Tests.Sharing;

public sealed class ReceiptSignaturesTests : IDisposable
{
    private readonly NodeIdentity _worker = Some.Identity(1);
    private readonly NodeId _requester = Some.Id(2);
    private readonly ReceiptSignatures _signatures = new(SignatureScheme.Ed25519);

    // Each must convince an auditor who has nothing but this one receipt.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(63)]
    [InlineData(64)]
    public void Each_receipt_of_a_bundle_stands_by_itself(int count)
    {
        Message.Receipt[] signed = Sign(count);
        Assert.All(signed, receipt => Assert.True(Holds(new ReceiptSignatures(SignatureScheme.Ed25519), receipt)));
        Assert.All(signed, receipt => Assert.InRange(receipt.Signature.Length, 64, ReceiptSignatures.MaxBytes));
    }

    [Fact]
    public void Signing_a_bundle_takes_one_signature()
    {
        var counted = new CountedSignatures();
        using NodeIdentity worker = NodeIdentity.FromSeed(new byte[32], 1, counted);
        IReadOnlyList<Message> signed = ReceiptSignatures.Sign(worker, Some.Site, _requester, Unsigned(64));
        var signatures = new ReceiptSignatures(counted);
        Assert.All(signed, message => Assert.True(signatures.Hold(worker.PublicKey, Some.Site, _requester, worker.NodeId, (Message.Receipt)message)));
        Assert.Equal((1, 1), (counted.Signed, counted.Verified));
    }

    [Fact]
    public void Whatever_is_changed_in_a_receipt_or_its_proof_holds_no_more()
    {
        Message.Receipt receipt = Sign(5)[3];
        Assert.False(Holds(_signatures, receipt with { Fuel = receipt.Fuel + 1 }));
        Assert.False(Holds(_signatures, receipt with { OutputDigest = Digest.Of([7]) }));
        Assert.False(_signatures.Hold(_worker.PublicKey, Some.Site, Some.Id(3), _worker.NodeId, receipt));
        Assert.False(_signatures.Hold(_worker.PublicKey, "street-8", _requester, _worker.NodeId, receipt));
        byte[] signature = receipt.Signature.ToArray();
        for (int at = 0; at < signature.Length; at++)
        {
            byte[] changed = [.. signature];
            changed[at] ^= 1;
            Assert.False(Holds(_signatures, receipt with { Signature = changed }), $"byte {at}");
            Assert.False(Holds(_signatures, receipt with { Signature = signature.AsMemory(0, at) }), $"cut to {at}");
        }

        Assert.True(Holds(_signatures, receipt));
    }

    // The root of a bundle is not to be had as the claim of a receipt, nor the proof of one for another.
    [Fact]
    public void A_receipt_with_the_proof_of_another_holds_not()
    {
        Message.Receipt[] signed = Sign(4);
        Assert.False(Holds(_signatures, signed[0] with { Signature = signed[1].Signature }));
        Assert.False(Holds(_signatures, signed[0] with { Signature = signed[0].Signature[..64] }));
    }

    public void Dispose() => _worker.Dispose();

    private bool Holds(ReceiptSignatures signatures, Message.Receipt receipt) =>
        signatures.Hold(_worker.PublicKey, Some.Site, _requester, _worker.NodeId, receipt);

    private Message.Receipt[] Sign(int count) =>
        [.. ReceiptSignatures.Sign(_worker, Some.Site, _requester, Unsigned(count)).OfType<Message.Receipt>()];

    private static Message[] Unsigned(int count) => [.. Enumerable.Range(1, count).Select(number =>
        Some.Receipt(output: [(byte)number], task: Some.Task with { Task = (uint)number }) with { Signature = default })];

    private sealed class CountedSignatures : SignatureScheme
    {
        public int Signed { get; private set; }

        public int Verified { get; private set; }

        public override byte[] Sign(NodeIdentity signer, ReadOnlySpan<byte> data)
        {
            Signed++;
            return Ed25519.Sign(signer, data);
        }

        public override bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            Verified++;
            return Ed25519.Verify(publicKey, data, signature);
        }
    }
}
