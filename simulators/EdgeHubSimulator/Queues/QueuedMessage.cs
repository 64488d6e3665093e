namespace EdgeHubSimulator.Queues;

/// <summary>A message that waits for an input or is out to its module.</summary>
/// <param name="Topic">Where it is delivered, properties and sender included.</param>
/// <param name="ExpiresAt">Seconds since 1970 after which it is worth nothing; 0 for never.</param>
internal sealed record QueuedMessage(string Topic, ReadOnlyMemory<byte> Body, long ExpiresAt = 0)
{
    /// <summary>Place in its log, which it keeps.</summary>
    public long Sequence { get; set; }

    /// <summary>Of the log it came by.</summary>
    public int Priority { get; set; }

    /// <summary>When it last left (a timestamp of the hub's TimeProvider).</summary>
    public long DeliveredAt { get; set; }

    public int Deliveries { get; set; }
}
