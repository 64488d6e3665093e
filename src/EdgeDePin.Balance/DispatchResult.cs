namespace EdgeDePin.Balance;

/// <summary>What a way to run the batteries cost over a simulation, in money.</summary>
/// <param name="Nothing">No battery moves.</param>
/// <param name="Rule">Surplus into the battery, deficits out of it.</param>
/// <param name="Planned">Plans from forecasts, made anew in each step, carried out against what really happened.</param>
/// <param name="Perfect">The optimum for who knows everything beforehand.</param>
/// <param name="Steps">Simulated.</param>
/// <param name="Binding">Limits that shaped the plans, with the steps in which each was the most valuable.</param>
public sealed record DispatchResult(
    double Nothing, double Rule, double Planned, double Perfect, int Steps, IReadOnlyDictionary<string, int> Binding)
{
    /// <summary>Share of the possible saving that was reached; 1 where nothing can be saved.</summary>
    public double SavingShare => Nothing - Perfect < 1e-9 ? 1 : (Nothing - Planned) / (Nothing - Perfect);
}
