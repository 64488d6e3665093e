using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>A neighbour's task that runs here, or whose receipt waits for a verdict.</summary>
internal sealed class Lending(GuestKey key, TaskKind kind, Digest inputDigest, TimeSpan stopAt, TimeSpan now)
{
    public GuestKey Key { get; } = key;
    public TaskKind Kind { get; } = kind;
    public Digest InputDigest { get; } = inputDigest;
    public TimeSpan StopAt { get; } = stopAt;

    /// <summary>When we last said something about it.</summary>
    public TimeSpan SpokeAt { get; set; } = now;

    /// <summary>The guest was told to stop and has not yet done so; it still takes its slot.</summary>
    public bool Stopping { get; set; }

    /// <summary>Null while it runs.</summary>
    public Message.Receipt? Receipt { get; set; }

    /// <summary>How often the receipt was sent.</summary>
    public int Reminders { get; set; }
}
