using CsCheck;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Tests.Sharing;

public sealed class EnvelopeTests : IDisposable
{
    private readonly NodeIdentity _anna = Some.Identity(1);
    private readonly NodeIdentity _ben = Some.Identity(2);
    private readonly NodeIdentity _cleo = Some.Identity(3);
    private readonly ReplayWindow _window = new();

    public static TheoryData<string> Names => [.. Some.OneOfEach.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_message_arrives_as_it_was_sent(string name)
    {
        byte[] sealedBytes = Seal(Some.OneOfEach[name]);
        Assert.Null(Open(sealedBytes, out Envelope? envelope));
        Assert.Equal(_anna.NodeId, envelope!.Sender);
        Assert.Equal(Some.Instant, envelope.SentAt);
        Assert.Equal(5UL, envelope.Sequence);
        // Records that hold bytes or lists compare those by reference, so what is compared is the encoding.
        Assert.Equal(sealedBytes, Seal(envelope.Message));
    }

    // A change of these bytes is a change of the protocol, and other nodes would no longer understand us.
    [Theory]
    [MemberData(nameof(Names))]
    public void The_bytes_of_a_message_are_the_protocol(string name)
    {
        string path = Path.Combine(SharedData.Repository, "tests", "EdgeDePin.Tests", "Sharing", "Golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("EDGEDEPIN_GOLDEN") == "write")
        {
            File.WriteAllLines(path, Convert.ToHexStringLower(Seal(Some.OneOfEach[name])).Chunk(64).Select(line => new string(line)));
        }

        string golden = File.ReadAllText(path).ReplaceLineEndings("");
        Assert.Equal(golden, Convert.ToHexStringLower(Seal(Some.OneOfEach[name])));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_byte_changed_at_any_position_is_refused(string name)
    {
        byte[] sealedBytes = Seal(Some.OneOfEach[name]);
        for (int at = 0; at < sealedBytes.Length; at++)
        {
            byte[] changed = [.. sealedBytes];
            changed[at] ^= (byte)(1 << (at % 8));
            Assert.True(Open(changed, out _) is Refusal.NotAnEnvelope or Refusal.BadSignature, $"{name}, byte {at}");
        }
    }

    [Fact]
    public void What_was_opened_once_is_not_opened_again()
    {
        byte[] sealedBytes = Seal(Some.OneOfEach["progress"]);
        Assert.Null(Open(sealedBytes, out _));
        Assert.Equal(Refusal.Replayed, Open(sealedBytes, out _));
    }

    [Fact]
    public void Another_receiver_another_site_and_a_stranger_are_refused()
    {
        byte[] sealedBytes = Seal(Some.OneOfEach["progress"]);
        Assert.Equal(Refusal.WrongReceiver, Envelope.Open(sealedBytes, Some.Site, _cleo, _ => _window, out _));
        Assert.Equal(Refusal.BadSignature, Envelope.Open(sealedBytes, "street-8", _ben, _ => _window, out _));
        Assert.Equal(Refusal.UnknownSender, Envelope.Open(sealedBytes, Some.Site, _ben, _ => null, out _));
    }

    [Fact]
    public void What_is_larger_than_any_message_is_refused_before_it_is_read() =>
        Assert.Equal(Refusal.Oversized, Open(new byte[Envelope.MaxBytes + 1], out _));

    [Fact]
    public void The_largest_input_fits_and_one_byte_more_is_refused()
    {
        Assert.Null(Open(Seal(new Message.Input(Some.Task, new byte[Message.MaxData])), out _));
        Assert.Equal(Refusal.Malformed, Open(Seal(new Message.Input(Some.Task, new byte[Message.MaxData + 1])), out _));
    }

    [Fact]
    public void A_bundle_arrives_in_its_order_and_is_bounded()
    {
        Message[] bundle = [.. Enumerable.Range(1, Envelope.MaxMessages).Select(fuel => new Message.Progress(Some.Task, fuel))];
        Assert.Null(Open(Seal(bundle), out Envelope? envelope));
        Assert.Equal(bundle, envelope!.Messages);
        Assert.Equal(Refusal.Malformed, Open(Seal([.. bundle, bundle[0]]), out _));
    }

    // Neither the broker nor a neighbour can read what is for another, nor put it into another task's place.
    [Fact]
    public void Data_is_readable_for_its_receiver_only()
    {
        byte[] secret = [.. "a household's load"u8];
        byte[] sealedBytes = Seal(new Message.Input(Some.Task, secret));
        Assert.Equal(-1, sealedBytes.AsSpan().IndexOf(secret));
        byte[] forAnother = Envelope.Seal(
            _anna, Some.Site, _ben.NodeId, 6, Some.Instant, [new Message.Input(Some.Task, secret)], _cleo.Reader.PublicKey);
        Assert.Equal(Refusal.NotForUs, Open(forAnother, out _));
    }

    [Fact]
    public void Mutated_bytes_are_refused_and_never_throw()
    {
        byte[][] originals = [.. Some.OneOfEach.Values.Select(Seal)];
        Gen.Select(Gen.Int[0, originals.Length - 1], Gen.Int[1, 8], Gen.Int).Sample(
            (which, edits, seed) =>
            {
                byte[] mutated = Mutate(originals[which], edits, new Random(seed));
                return mutated.AsSpan().SequenceEqual(originals[which]) || Open(mutated, out _) is not null;
            },
            iter: 12_000, threads: 1);
    }

    // What is signed is not yet well-formed: a member may send anything.
    [Fact]
    public void Mutated_payloads_are_read_to_the_same_bytes_or_refused()
    {
        byte[][] originals = [.. Some.OneOfEach.Values.Select(message => PayloadCodec.Encode(_ben.NodeId, 5, Some.Instant, [message], Plain))];
        Gen.Select(Gen.Int[0, originals.Length - 1], Gen.Int[1, 4], Gen.Int).Sample(
            (which, edits, seed) =>
            {
                byte[] mutated = Mutate(originals[which], edits, new Random(seed));
                return PayloadCodec.Decode(mutated, _anna.NodeId) is not { } read
                    || PayloadCodec.Encode(read.Receiver, read.Sequence, read.SentAt, read.Messages, Plain).AsSpan().SequenceEqual(mutated);
            },
            iter: 20_000, threads: 1);
    }

    public void Dispose()
    {
        _anna.Dispose();
        _ben.Dispose();
        _cleo.Dispose();
    }

    private byte[] Seal(Message message) => Seal([message]);

    // The same ephemeral key each time, so that the same message has the same bytes; nodes take a fresh one.
    private byte[] Seal(IReadOnlyList<Message> messages) => Envelope.Seal(
        _anna, Some.Site, messages[0] is Message.Offer ? null : _ben.NodeId, 5, Some.Instant, messages, _ben.Reader.PublicKey,
        () => Enumerable.Repeat((byte)3, 32).ToArray());

    private static ReadOnlyMemory<byte> Plain(Message message) => message switch
    {
        Message.Input input => input.Data,
        Message.Receipt receipt => receipt.Output,
        Message.Latest latest => latest.Data,
        _ => throw new ArgumentException("It carries no data.", nameof(message)),
    };

    private Refusal? Open(byte[] bytes, out Envelope? envelope) =>
        Envelope.Open(bytes, Some.Site, _ben, _ => _window, out envelope);

    private static byte[] Mutate(byte[] original, int edits, Random random)
    {
        List<byte> bytes = [.. original];
        for (int edit = 0; edit < edits && bytes.Count > 0; edit++)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(16, bytes.Count - at) + 1));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(bytes.Count, random.Next(1, 40))));
                    break;
            }
        }

        return [.. bytes];
    }
}
