using EdgeDePin.EdgeHub;

namespace EdgeHubSimulator.Queues;

/// <summary>A message that waits for an input or is out to its module.</summary>
/// <param name="Topic">Where it is delivered, properties and sender included.</param>
/// <param name="ExpiresAt">Seconds since 1970 after which it is worth nothing; 0 for never.</param>
internal sealed record QueuedMessage(string Topic, ReadOnlyMemory<byte> Body, long ExpiresAt = 0)
{
    private static readonly string SenderKey = Uri.EscapeDataString(SystemProperty.ConnectionModuleId) + "=";

    /// <summary>The module that it came from, as its topic says; empty if that does not.</summary>
    public string Sender
    {
        get
        {
            int at = Topic.IndexOf(SenderKey, StringComparison.Ordinal);
            if (at < 0)
            {
                return "";
            }

            ReadOnlySpan<char> rest = Topic.AsSpan(at + SenderKey.Length);
            int end = rest.IndexOfAny('&', '/');
            return Uri.UnescapeDataString(end < 0 ? rest : rest[..end]);
        }
    }

    /// <summary>Place in its log, which it keeps.</summary>
    public long Sequence { get; set; }

    /// <summary>Of the log it came by.</summary>
    public int Priority { get; set; }

    /// <summary>When it last left (a timestamp of the hub's TimeProvider).</summary>
    public long DeliveredAt { get; set; }

    /// <summary>When it was first taken from its queue in this run of the hub.</summary>
    public long TakenAt { get; set; }

    public int Deliveries { get; set; }
}
