using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Verification;

namespace EdgeDePin.Simulation.Neighbourhood;

/// <summary>A simulated neighbourhood, and what goes wrong in it.</summary>
public sealed record NeighbourhoodOptions
{
    /// <summary>2 to 100,000.</summary>
    public int Nodes { get; init; } = 1000;

    /// <summary>Nodes that see each other, at most: a site, with a broker of its own. 2 to 256.</summary>
    public int SiteSize { get; init; } = 16;

    /// <summary>Faults and tasks last so long; then everything heals and must end well.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Tasks that each honest node gives away, in the mean.</summary>
    public double TasksPerHour { get; init; } = 30;

    /// <summary>P(wrong) that jobs ask for.</summary>
    public double Epsilon { get; init; } = 1e-3;

    public NeighbourhoodFaults Faults { get; init; } = new();

    /// <summary>Messages are encoded, signed with Ed25519 and sealed, as between real nodes; a hundred times slower.</summary>
    public bool RealBytes { get; init; }

    internal PlantedBug Planted { get; init; }

    /// <summary>Changes of the nodes' own options.</summary>
    public Action<SharingOptions> Configure { get; init; } = _ => { };
}

/// <summary>What goes wrong. Rates of messages are probabilities; those of nodes are for each hour.</summary>
public sealed record NeighbourhoodFaults
{
    public double Loss { get; init; }

    public double Duplication { get; init; }

    /// <summary>How often a node is cut off, for 10 s to 5 min.</summary>
    public double Partition { get; init; }

    /// <summary>How often a node dies without a word, for 5 s to 2 min; what its disk had not flushed is gone.</summary>
    public double Crash { get; init; }

    /// <summary>How far wall clocks are off, each way.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>Share of nodes that sell wrong results.</summary>
    public double Liars { get; init; }

    public Adversary Adversary { get; init; } = Adversary.Adaptive;
}

/// <summary>How liars lie. All know each other and tell the same lie about the same input.</summary>
public enum Adversary
{
    /// <summary>At the rate that gets most through, once they are no newcomers; they come back under a new name when they are banned.</summary>
    Adaptive,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Each tenth time.</summary>
    Sometimes,
}
