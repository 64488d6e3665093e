using System.Collections.Immutable;

namespace EdgeDePin.Balance;

/// <summary>What a plan believes of the steps ahead; all lists have the same length.</summary>
/// <param name="StepHours">Length of a step; above 0.</param>
/// <param name="LoadKilowatts">What is used and cannot be shifted.</param>
/// <param name="SolarKilowatts">What the panels would give.</param>
/// <param name="Buy">Price of a kilowatt-hour from the grid.</param>
/// <param name="Sell">What the grid pays for one; less than <paramref name="Buy"/>, may be negative.</param>
public sealed record Outlook(
    double StepHours, ImmutableArray<double> LoadKilowatts, ImmutableArray<double> SolarKilowatts, ImmutableArray<double> Buy, ImmutableArray<double> Sell)
{
    /// <summary>A week of quarters of an hour.</summary>
    public const int MaxSteps = 20_000;

    public int Steps => LoadKilowatts.Length;

    /// <exception cref="ArgumentException">Lists of different lengths, or a number outside its range.</exception>
    public Outlook Checked()
    {
        bool valid = Steps is > 0 and <= MaxSteps && StepHours > 0 && SolarKilowatts.Length == Steps && Buy.Length == Steps && Sell.Length == Steps
            && LoadKilowatts.Concat(SolarKilowatts).Concat(Buy).Concat(Sell).All(double.IsFinite);
        return valid
            ? this
            : throw new ArgumentException($"An outlook needs 1 to {MaxSteps} steps with a load, solar power and two prices each, all finite: got {Steps} loads, {SolarKilowatts.Length} of solar power, {Buy.Length} and {Sell.Length} prices, steps of {StepHours} h.");
    }

    /// <summary>The first steps alone.</summary>
    public Outlook First(int steps) => new(StepHours, LoadKilowatts[..steps], SolarKilowatts[..steps], Buy[..steps], Sell[..steps]);
}
