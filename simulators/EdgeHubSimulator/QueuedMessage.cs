namespace EdgeHubSimulator;

/// <summary>A message that waits for an input or is out to its module.</summary>
/// <param name="Topic">Where it is delivered, properties and sender included.</param>
internal sealed record QueuedMessage(string Topic, byte[] Body)
{
    /// <summary>Place in its queue, which it keeps when it returns to it.</summary>
    public long Sequence { get; set; }

    /// <summary>When it last left (a timestamp of the hub's TimeProvider).</summary>
    public long DeliveredAt { get; set; }

    public int Deliveries { get; set; }
}
