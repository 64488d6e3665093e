using System.Text.Json;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Tests.Sharing;

/// <summary>Against the examples of the COSE working group (cose-wg/Examples).</summary>
public sealed class CoseSign1Tests
{
    private static readonly byte[] PublicKey = Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    private static readonly byte[] Seed = Convert.FromHexString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

    [Fact]
    public void The_published_EdDSA_example_is_reproduced_byte_for_byte()
    {
        byte[] published = Published("eddsa-sig-01.json", out string toBeSigned);
        Assert.True(CoseSign1.TryDecode(published, out CoseSign1? message));
        Assert.Equal(toBeSigned, Convert.ToHexString(CoseSign1.ToBeSigned(message.Value.ProtectedHeader.Span, message.Value.Payload.Span, [])));
        Assert.True(message.Value.IsSignedBy(PublicKey, []));
        using NodeIdentity identity = NodeIdentity.FromSeed(Seed);
        Assert.Equal(PublicKey, identity.PublicKey);
        CoseSign1 ours = CoseSign1.Sign(
            identity, message.Value.ProtectedHeader.ToArray(), message.Value.UnprotectedHeader.ToArray(), message.Value.Payload.ToArray(), []);
        Assert.Equal(published, ours.Encode());
    }

    [Fact]
    public void Bytes_that_the_signature_covers_cannot_be_changed()
    {
        byte[] published = Published("eddsa-sig-01.json", out _);
        for (int at = 0; at < published.Length; at++)
        {
            byte[] changed = [.. published];
            changed[at] ^= 1;
            bool accepted = CoseSign1.TryDecode(changed, out CoseSign1? message) && message.Value.IsSignedBy(PublicKey, []);
            // Label and text of the key id '11' are in the unprotected header, which is not signed; our envelopes keep it empty.
            Assert.True(accepted == (at is 9 or 11 or 12), $"byte {at}");
        }
    }

    // The signature is over ECDSA in these, so only their form concerns us: a foreign tag, and none.
    [Theory]
    [InlineData("sign-fail-01.json", false)]
    [InlineData("sign-fail-02.json", true)]
    [InlineData("sign-pass-01.json", true)]
    [InlineData("sign-pass-03.json", false)]
    public void Only_what_is_tagged_as_Sign1_is_taken_for_one(string file, bool taken)
    {
        Assert.Equal(taken, CoseSign1.TryDecode(Published(file, out _), out CoseSign1? message));
        Assert.False(message?.IsSignedBy(PublicKey, []) ?? false);
    }

    private static byte[] Published(string file, out string toBeSigned)
    {
        using JsonDocument example = JsonDocument.Parse(File.ReadAllText(SharedData.Require("crypto", "cose", file)));
        toBeSigned = example.RootElement.GetProperty("intermediates").GetProperty("ToBeSign_hex").GetString()!;
        return Convert.FromHexString(example.RootElement.GetProperty("output").GetProperty("cbor").GetString()!);
    }
}
