using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Sharing;

/// <summary>The rows about work for neighbours: the sandbox that runs it, and the protocol that brings it.</summary>
internal static class SharingArea
{
    public static IReadOnlyList<Figure> Figures() =>
    [
        new FuelCost("fuel-integer", "integer loop, metered and interruptible", FuelCost.Integers, floats: false),
        new FuelCost("fuel-float", "loop of square roots, metered, interruptible, canonical not-a-number", FuelCost.Floats, floats: true),
        new FuelCost("fuel-memory", "sums over an array of floats, metered, interruptible, canonical not-a-number", FuelCost.Sums, floats: true),
        new GuestInstance(),
        new GuestCallTime(),
        new GuestStart(),
        new GuestMemory(),
        new DispatchRate("dispatch", 64, 10_000),
        new DispatchRate("dispatch-single", 1, 2_500),
        new OwnerLateness(),
        new StartTime(0.5, 5),
        new StartTime(0.99, 25),
        new ExecutionsPerJob(),
        new RecoveryTime(),
    ];
}
