namespace EdgeDePin.Balance;

/// <summary>A site with what really happened, and what was believed before it did.</summary>
/// <param name="Load">kW that could not be shifted, for each step of the simulation.</param>
/// <param name="Solar">kW that the panels gave.</param>
/// <param name="Believe">For a step: forecasts of load and solar power from it on, each for the steps ahead that are planned.</param>
public sealed record SimulatedSite(Site Site, double[] Load, double[] Solar, Func<int, (double[] Load, double[] Solar)> Believe);
