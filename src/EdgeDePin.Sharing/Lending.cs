using EdgeDePin.Model;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>A neighbour's task that waits or runs here, or whose receipt waits for a verdict.</summary>
internal sealed class Lending(GuestKey key, Message.Request request, Digest terms, TimeSpan now)
{
    public GuestKey Key { get; } = key;
    public Message.Request Request { get; } = request;

    /// <summary>Of the request: what comes again under the same name must be the same.</summary>
    public Digest Terms { get; } = terms;
    public TimeSpan Since { get; set; } = now;
    public TimeSpan StopAt { get; set; }
    public LendingState State { get; set; } = LendingState.Waiting;

    /// <summary>When we last said something about it.</summary>
    public TimeSpan SpokeAt { get; set; } = now;

    public Message.Commit? Commit { get; set; }
    public Message.Receipt? Receipt { get; set; }

    /// <summary>Millicredits that the receipt is worth.</summary>
    public long Bill { get; set; }

    /// <summary>How often the receipt was sent.</summary>
    public int Reminders { get; set; }

    public bool TakesSlot => State is LendingState.Reserved or LendingState.Running or LendingState.Stopping;
}

/// <summary>Where a lent task stands.</summary>
internal enum LendingState
{
    /// <summary>For a slot.</summary>
    Waiting,

    /// <summary>Leased; the input is to come.</summary>
    Reserved,
    Running,

    /// <summary>The guest was told to stop and has not yet done so; it still takes its slot.</summary>
    Stopping,

    /// <summary>For the verdict.</summary>
    Delivered,
    Ended,
}
