using System.Collections.Immutable;

namespace EdgeDePin.Balance;

/// <summary>What to do in each step, and what kept it from being cheaper.</summary>
/// <param name="BatteryKilowatts">At the connection of the battery: above 0 charges, below 0 gives.</param>
/// <param name="StoredKilowattHours">In the battery at the end of each step.</param>
/// <param name="LoadKilowatts">A list for each shiftable load.</param>
/// <param name="HeatPumpKilowatts">Electrical.</param>
/// <param name="CurtailedKilowatts">Solar power that is turned down.</param>
/// <param name="NetKilowatts">From the grid; below 0 into it.</param>
/// <param name="Cost">Of the energy of all steps and the wear, without what the stored energy at the end is worth.</param>
/// <param name="Binding">What would be worth having more of, the most valuable first.</param>
/// <param name="Unmet">What could not be kept: energy of a load, heat, the limit of the connection. Empty as a rule.</param>
public sealed record BalancePlan(
    ImmutableArray<double> BatteryKilowatts, ImmutableArray<double> StoredKilowattHours, ImmutableArray<ImmutableArray<double>> LoadKilowatts,
    ImmutableArray<double> HeatPumpKilowatts, ImmutableArray<double> CurtailedKilowatts, ImmutableArray<double> NetKilowatts, double Cost,
    ImmutableArray<BindingLimit> Binding, ImmutableArray<string> Unmet);

/// <summary>A limit that shaped the plan.</summary>
/// <param name="Name">E.g. <c>battery power</c>, <c>battery full</c>, <c>import limit</c>.</param>
/// <param name="Steps">Steps in which it was reached.</param>
/// <param name="Worth">What a kilowatt (or kilowatt-hour) more would save over the horizon, in money.</param>
public sealed record BindingLimit(string Name, int Steps, double Worth);
