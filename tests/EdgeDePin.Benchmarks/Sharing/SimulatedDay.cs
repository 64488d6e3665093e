using EdgeDePin.Simulation.Neighbourhood;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>The neighbourhood that figures are taken from.</summary>
internal static class SimulatedDay
{
    public static NeighbourhoodOptions Options { get; } = new()
    {
        Nodes = 48,
        Lasts = TimeSpan.FromHours(24),
        TasksPerHour = 60,
        Epsilon = 1e-3,
        Faults = new NeighbourhoodFaults
        {
            Loss = 0.05,
            Duplication = 0.02,
            Partition = 0.01,
            Crash = 0.02,
            Skew = TimeSpan.FromHours(1),
            Liars = 0.05,
            Adversary = Adversary.Adaptive,
        },
    };
}
