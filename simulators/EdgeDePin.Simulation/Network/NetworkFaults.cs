namespace EdgeDePin.Simulation.Network;

/// <summary>What a simulated network does to messages. Rates are probabilities of each message.</summary>
public sealed record NetworkFaults
{
    /// <summary>A network that only takes its time.</summary>
    public static NetworkFaults None { get; } = new();

    /// <summary>A bad radio link: 8 % lost, 5 % twice, one in twenty 40 times later than the rest.</summary>
    public static NetworkFaults Rough { get; } = new() { Loss = 0.08, Duplication = 0.05, Straggling = 0.05 };

    public double Loss { get; init; }

    public double Duplication { get; init; }

    /// <summary>How many take <see cref="StragglerFactor"/> times longer, and so are overtaken.</summary>
    public double Straggling { get; init; }

    public double StragglerFactor { get; init; } = 40;

    public TimeSpan ShortestDelay { get; init; } = TimeSpan.FromMilliseconds(0.5);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMilliseconds(30);
}
