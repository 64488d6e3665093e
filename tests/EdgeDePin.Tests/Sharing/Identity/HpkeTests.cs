using System.Text;
using System.Text.RegularExpressions;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Tests.Sharing.Identity;

/// <summary>Against the vectors of RFC 9180, appendix A.2.</summary>
public sealed partial class HpkeTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes("a reading");

    [Fact]
    public void The_published_vector_is_reproduced_byte_for_byte_and_opened()
    {
        Dictionary<string, byte[]> vector = Base();
        using HpkeKey reader = HpkeKey.FromSeed(vector["skRm"]);
        Assert.Equal(vector["pkRm"], reader.PublicKey);
        byte[] sealedText = Hpke.Seal(vector["pkRm"], vector["skEm"], vector["info"], vector["aad"], vector["pt"]);
        Assert.Equal([.. vector["enc"], .. vector["ct"]], sealedText);
        Assert.Equal(vector["pt"], Hpke.Open(reader, vector["info"], vector["aad"], sealedText));
    }

    [Fact]
    public void Each_step_of_the_key_schedule_is_the_published_one()
    {
        Dictionary<string, byte[]> vector = Base();
        using HpkeKey sender = HpkeKey.FromSeed(vector["skEm"]);
        byte[] secret = Hpke.SharedSecret(sender.Agree(vector["pkRm"])!, vector["enc"], vector["pkRm"]);
        Assert.Equal(vector["shared_secret"], secret);
        (byte[] key, byte[] nonce) = Hpke.Schedule(secret, vector["info"]);
        Assert.Equal(vector["key"], key);
        Assert.Equal(vector["base_nonce"], nonce);
    }

    [Fact]
    public void One_changed_bit_or_another_context_or_reader_opens_nothing()
    {
        using HpkeKey reader = HpkeKey.FromSeed(new byte[32].Select((_, at) => (byte)at).ToArray());
        using HpkeKey other = HpkeKey.FromSeed(Enumerable.Repeat((byte)7, 32).ToArray());
        byte[] sealedText = Hpke.Seal(reader.PublicKey, Enumerable.Repeat((byte)9, 32).ToArray(), [1], [2], Text);
        Assert.Equal(Hpke.Overhead + Text.Length, sealedText.Length);
        for (int bit = 0; bit < sealedText.Length * 8; bit++)
        {
            byte[] changed = [.. sealedText];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            // X25519 ignores the highest bit of a key (RFC 7748 section 5), but the key schedule takes the bytes as they came.
            Assert.Null(Hpke.Open(reader, [1], [2], changed));
        }

        Assert.Null(Hpke.Open(reader, [1], [3], sealedText));
        Assert.Null(Hpke.Open(reader, [3], [2], sealedText));
        Assert.Null(Hpke.Open(other, [1], [2], sealedText));
        Assert.Null(Hpke.Open(reader, [1], [2], sealedText.AsSpan(0, Hpke.Overhead - 1)));
    }

    [Fact]
    public void A_key_that_agrees_with_everybody_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Hpke.Seal(new byte[32], Enumerable.Repeat((byte)9, 32).ToArray(), [], [], Text));
        using HpkeKey reader = HpkeKey.FromSeed(Enumerable.Repeat((byte)7, 32).ToArray());
        Assert.Null(Hpke.Open(reader, [], [], new byte[Hpke.Overhead + 1]));
    }

    // The first block of the file is mode base, and its first encryption is sequence number 0.
    private static Dictionary<string, byte[]> Base()
    {
        string text = File.ReadAllText(SharedData.Require("crypto", "hpke-x25519-sha256-chacha20poly1305.txt"));
        string first = text[..text.IndexOf("sequence number: 1\n", StringComparison.Ordinal)];
        return Field().Matches(first).ToDictionary(
            match => match.Groups["name"].Value,
            match => Convert.FromHexString(Spaces().Replace(match.Groups["value"].Value, "")),
            StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z_]+):\s*(?<value>([0-9a-f]{2,}\s+)+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Field();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
