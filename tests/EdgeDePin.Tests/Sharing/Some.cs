using System.Security.Cryptography;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Tests.Sharing;

/// <summary>Things to test with, where it does not matter which.</summary>
internal static class Some
{
    public const string Site = "street-7";

    public static readonly TaskKind Kind = new("rolling-mean", 2);

    public static readonly TaskId Task = new(7, 3, 1);

    public static readonly DateTimeOffset Instant = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static NodeIdentity Identity(int number, ulong firstSequence = 1)
    {
        byte[] seed = new byte[NodeIdentity.KeyLength];
        seed[0] = (byte)number;
        seed[1] = (byte)(number >> 8);
        return NodeIdentity.FromSeed(seed, firstSequence);
    }

    public static NodeId Id(int number)
    {
        using NodeIdentity identity = Identity(number);
        return identity.NodeId;
    }

    public static Member Member(string owner = "anna", string region = "eu/fr") => new(
        owner, Id(100), region, MemberRoles.Worker | MemberRoles.Requester, DateTimeOffset.MaxValue, Certified: true);

    public static Message.Offer Offer(int slots = 2) => new(
        "attic", slots, 4, 1250, TimeSpan.FromSeconds(6), [Kind, new("zscore", 1)], 10, TimeSpan.Zero, ["research"],
        ReaderKey(2), [new byte[] { 0xD2, 0x84 }]);

    /// <summary>The key to which what is for a node is sealed.</summary>
    public static byte[] ReaderKey(int number)
    {
        using NodeIdentity identity = Identity(number);
        return identity.Reader.PublicKey;
    }

    public static Message.Request Request(byte[]? input = null)
    {
        input ??= [1, 2, 3];
        return new Message.Request(
            Task, Kind, Digest.Of(input), input.Length, 1_000_000_000, TimeSpan.FromSeconds(10), 10, Newcomer: false, TimeSpan.Zero,
            TaskPolicy.Public, Digest.Of([7]));
    }

    /// <summary>What <see cref="Request"/> asks for, run by one node for another.</summary>
    public static Message.Receipt Receipt(byte[]? input = null, byte[]? output = null, int worker = 1, int requester = 2, TaskId? task = null)
    {
        input ??= [1, 2, 3];
        output ??= [9];
        var unsigned = new Message.Receipt(
            task ?? Task, Kind, Digest.Of(input), Digest.Of(output), 5_000_000, TimeSpan.FromMicroseconds(1234), default, output);
        using NodeIdentity identity = Identity(worker);
        return unsigned with { Signature = identity.Sign(ReceiptClaim.ToBeSigned(Site, Id(requester), identity.NodeId, unsigned)) };
    }

    public static IReadOnlyDictionary<string, Message> OneOfEach { get; } = new SortedDictionary<string, Message>(StringComparer.Ordinal)
    {
        ["offer"] = Offer(),
        ["request"] = Request(),
        ["lease"] = new Message.Lease(Task, TimeSpan.FromSeconds(3), ReceiptClaim.Terms(Request())),
        ["decline"] = new Message.Decline(Task, DeclineReason.Busy, "two guests run already"),
        ["input"] = new Message.Input(Task, new byte[] { 1, 2, 3 }),
        ["progress"] = new Message.Progress(Task, 1_000_000),
        ["commit"] = new Message.Commit(Task, ReceiptClaim.Commitment(Task, Digest.Of([9])), ReceiptClaim.Seal(Id(1), Task, Digest.Of([9]))),
        ["receipt"] = Receipt(),
        ["judgement"] = new Message.Judgement(Task, Verdict.Accepted, new byte[32]),
        ["pay"] = new Message.Pay(new byte[] { 0xD2 }),
        ["booked"] = new Message.Booked(70),
        ["latest"] = new Message.Latest("{\"values\":[]}"u8.ToArray()),
        ["checkpoint"] = new Message.Checkpoint("edgedepin/1/street-7/x\n1\nAA==\n\n", 0, [Digest.Of([1])]),
        ["cosignature"] = new Message.Cosignature(1, "— x AA==\n"),
        ["cancel"] = new Message.Cancel(Task),
    };

    /// <summary>The function that simulated nodes compute.</summary>
    public static byte[] Function(ReadOnlyMemory<byte> input) => SHA512.HashData(input.Span);

    public static Moment At(double seconds) => new(TimeSpan.FromSeconds(seconds), Instant.AddSeconds(seconds));
}
