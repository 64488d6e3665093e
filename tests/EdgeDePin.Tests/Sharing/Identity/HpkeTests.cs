using System.Text;
using System.Text.RegularExpressions;
using EdgeDePin.Sharing.Identity;

namespace EdgeDePin.Tests.Sharing.Identity;

/// <summary>Against the vectors of RFC 9180, appendix A.2.</summary>
public sealed partial class HpkeTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes("a reading");

    [Fact]
    public void The_published_texts_under_one_key_are_reproduced_byte_for_byte_and_opened()
    {
        Dictionary<string, byte[]>[] vectors = Base();
        Dictionary<string, byte[]> first = vectors[0];
        using HpkeKey reader = HpkeKey.FromSeed(first["skRm"]);
        Assert.Equal(first["pkRm"], reader.PublicKey);
        using HpkeContext sender = Hpke.Begin(first["pkRm"], first["skEm"], first["info"]);
        Assert.Equal(first["enc"], sender.Encapsulated);
        using HpkeContext receiver = Hpke.Accept(reader, first["enc"], first["info"])!;
        foreach (Dictionary<string, byte[]> vector in vectors)
        {
            byte[] sealedText = sender.Seal(vector["aad"], vector["pt"]);
            Assert.Equal(vector["ct"], sealedText);
            Assert.Equal(vector["pt"], receiver.Open(vector["aad"], sealedText));
        }

        Assert.Equal(3, vectors.Length);
    }

    [Fact]
    public void Each_step_of_the_key_schedule_is_the_published_one()
    {
        Dictionary<string, byte[]> vector = Base()[0];
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
        byte[] ephemeral = [.. Enumerable.Repeat((byte)9, 32)];
        using HpkeContext sender = Hpke.Begin(reader.PublicKey, ephemeral, [1]);
        byte[] sealedText = [.. sender.Encapsulated, .. sender.Seal([2], Text)];
        Assert.Equal(Hpke.Overhead + Text.Length, sealedText.Length);
        Assert.Equal(Text, Open(reader, 1, 2, sealedText));
        for (int bit = 0; bit < sealedText.Length * 8; bit++)
        {
            byte[] changed = [.. sealedText];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            // X25519 ignores the highest bit of a key (RFC 7748 section 5), but the key schedule takes the bytes as they came.
            Assert.Null(Open(reader, 1, 2, changed));
        }

        Assert.Null(Open(reader, 1, 3, sealedText));
        Assert.Null(Open(reader, 3, 2, sealedText));
        Assert.Null(Open(other, 1, 2, sealedText));
        Assert.Null(Open(reader, 1, 2, sealedText.AsSpan(0, Hpke.Overhead - 1)));
    }

    [Fact]
    public void A_text_in_anothers_place_opens_nothing()
    {
        using HpkeKey reader = HpkeKey.FromSeed(Enumerable.Repeat((byte)7, 32).ToArray());
        using HpkeContext sender = Hpke.Begin(reader.PublicKey, Enumerable.Repeat((byte)9, 32).ToArray(), [1]);
        byte[] first = sender.Seal([2], Text), second = sender.Seal([2], Text);
        Assert.NotEqual(first, second);
        using HpkeContext receiver = Hpke.Accept(reader, sender.Encapsulated, [1])!;
        Assert.Null(receiver.Open([2], second));
        Assert.Equal(Text, receiver.Open([2], second));
    }

    [Fact]
    public void A_key_that_agrees_with_everybody_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Hpke.Begin(new byte[32], Enumerable.Repeat((byte)9, 32).ToArray(), []));
        using HpkeKey reader = HpkeKey.FromSeed(Enumerable.Repeat((byte)7, 32).ToArray());
        Assert.Null(Hpke.Accept(reader, new byte[32], []));
    }

    private static byte[]? Open(HpkeKey reader, byte info, byte context, ReadOnlySpan<byte> sealedText)
    {
        using HpkeContext? receiver = Hpke.Accept(reader, sealedText[..Hpke.KeyLength], [info]);
        return receiver?.Open([context], sealedText[Hpke.KeyLength..]);
    }

    // The first block of the file is mode base; its first three encryptions follow each other, then the numbers leap.
    private static Dictionary<string, byte[]>[] Base()
    {
        string text = File.ReadAllText(SharedData.Require("crypto", "hpke-x25519-sha256-chacha20poly1305.txt"));
        string[] blocks = text[..text.IndexOf("sequence number: 4\n", StringComparison.Ordinal)].Split("sequence number: ");
        Dictionary<string, byte[]> head = Fields(blocks[0]);
        return [.. blocks.Skip(1).Select(block => head.Concat(Fields(block)).ToDictionary(StringComparer.Ordinal))];
    }

    private static Dictionary<string, byte[]> Fields(string text) => Field().Matches(text).ToDictionary(
        match => match.Groups["name"].Value,
        match => Convert.FromHexString(Spaces().Replace(match.Groups["value"].Value, "")),
        StringComparer.Ordinal);

    [GeneratedRegex(@"^(?<name>[A-Za-z_]+):\s*(?<value>([0-9a-f]{2,}\s+)+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Field();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
