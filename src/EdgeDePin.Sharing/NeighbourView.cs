using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Sharing;

/// <summary>What is known of a neighbour at one instant: for placing tasks, and for people.</summary>
/// <param name="FreeSlots">Tasks that it would start now: its last offer less what was sent since; 0 unless it is present.</param>
/// <param name="RelativeSpeed">1 is the reference node. Claimed, so use it only until there are measurements.</param>
/// <param name="ExpectedWait">From asking to running, learned from earlier leases; with no free slot, one more run time.</param>
/// <param name="LastHeard">Our wall clock at its last offer.</param>
public sealed record NeighbourView(
    NodeId Id,
    string Name,
    NeighbourState State,
    int FreeSlots,
    int Lanes,
    double RelativeSpeed,
    TimeSpan ExpectedWait,
    IReadOnlyList<TaskKind> Kinds,
    NeighbourCounters Counters,
    DateTimeOffset LastHeard)
{
    /// <summary>As its certificate says; its own id in an open site.</summary>
    public string Owner { get; init; } = "";

    /// <summary>As its certificate says.</summary>
    public string Region { get; init; } = "";

    /// <summary>What it asks for a million fuel, in millicredits.</summary>
    public long Price { get; init; }

    /// <summary>Checks of its results that passed since the last that failed.</summary>
    public int ChecksPassed { get; init; }

    /// <summary>Results of its that were taken on trust and are not final.</summary>
    public int Waiting { get; init; }

    /// <summary>What we owe it for its work, in all, in millicredits.</summary>
    public long Paid { get; init; }

    /// <summary>What it owes us for ours, in all.</summary>
    public long Earned { get; init; }

    /// <summary>Why the last task that looked for a place did not go there.</summary>
    public string? Excluded { get; init; }
}

/// <summary>Whether a neighbour can be asked.</summary>
public enum NeighbourState
{
    Present,

    /// <summary>Its offer ran out.</summary>
    Silent,

    /// <summary>It said that it left, or the broker said it for it.</summary>
    Gone,

    /// <summary>It is no member of the site.</summary>
    Excluded,

    /// <summary>It gave wrong results; it gets no more tasks, and none of its own are run here.</summary>
    Banned,
}

/// <summary>What passed between this node and one neighbour; the meanings are those of <see cref="SharingCounters"/>.</summary>
public readonly record struct NeighbourCounters(long Lent, long Borrowed, long Verified, long Rejected, long Lost, long Declined);
