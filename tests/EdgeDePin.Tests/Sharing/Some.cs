using System.Security.Cryptography;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

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

    public static Message.Offer Offer(int slots = 2) => new("attic", slots, 4, 1250, TimeSpan.FromSeconds(6), [Kind, new("zscore", 1)]);

    public static Message.Request Request(byte[]? input = null)
    {
        input ??= [1, 2, 3];
        return new Message.Request(Task, Kind, Digest.Of(input), TimeSpan.FromSeconds(10), input);
    }

    public static Message.Receipt Receipt(byte[]? input = null, byte[]? output = null)
    {
        input ??= [1, 2, 3];
        output ??= [9];
        return new Message.Receipt(Task, Kind, Digest.Of(input), Digest.Of(output), TimeSpan.FromMicroseconds(1234), output);
    }

    public static IReadOnlyDictionary<string, Message> OneOfEach { get; } = new SortedDictionary<string, Message>(StringComparer.Ordinal)
    {
        ["offer"] = Offer(),
        ["request"] = Request(),
        ["lease"] = new Message.Lease(Task, TimeSpan.FromSeconds(3)),
        ["decline"] = new Message.Decline(Task, DeclineReason.Busy, "two guests run already"),
        ["progress"] = new Message.Progress(Task),
        ["receipt"] = Receipt(),
        ["judgement"] = new Message.Judgement(Task, Verdict.Accepted),
        ["cancel"] = new Message.Cancel(Task),
    };

    /// <summary>The function that simulated nodes compute.</summary>
    public static byte[] Function(ReadOnlyMemory<byte> input) => SHA512.HashData(input.Span);

    public static Moment At(double seconds) => new(TimeSpan.FromSeconds(seconds), Instant.AddSeconds(seconds));
}
