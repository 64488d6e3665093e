using System.Collections.Immutable;

namespace EdgeDePin.Balance;

/// <summary>What a site can shift, and what its connection bears.</summary>
/// <param name="Battery">Null: there is none.</param>
/// <param name="Loads">Energy that must be used within a span, whenever is cheapest: a car, a dishwasher, a boiler.</param>
/// <param name="HeatPump">Null: there is none.</param>
/// <param name="ImportLimitKilowatts">Of the connection; a plan of this site alone exceeds it only where nothing else can be done, and says so; in a neighbourhood the limit widens by what the others exchange.</param>
/// <param name="ExportLimitKilowatts">What may be fed in; beyond it solar power is turned down.</param>
public sealed record Site(
    string Name, Battery? Battery, ImmutableArray<ShiftableLoad> Loads, HeatPump? HeatPump,
    double ImportLimitKilowatts = 25, double ExportLimitKilowatts = 25);

/// <summary>A battery and its inverter.</summary>
/// <param name="CapacityKilowattHours">Usable; above 0.</param>
/// <param name="PowerKilowatts">In either direction; above 0.</param>
/// <param name="Efficiency">Of one direction; above 0, at most 1.</param>
/// <param name="WearPerKilowattHour">What a kilowatt-hour drawn from it costs in wear, in money.</param>
public sealed record Battery(double CapacityKilowattHours, double PowerKilowatts, double Efficiency, double WearPerKilowattHour);

/// <summary>Energy to be used between two steps of the horizon.</summary>
/// <param name="EnergyKilowattHours">Still missing.</param>
/// <param name="From">First step, from 0.</param>
/// <param name="Until">The step after the last.</param>
public sealed record ShiftableLoad(string Name, double EnergyKilowattHours, double PowerKilowatts, int From, int Until);

/// <summary>A heat pump before a store of heat (a tank, or the building itself).</summary>
/// <param name="PowerKilowatts">Electrical.</param>
/// <param name="Performance">Heat per electricity (COP); above 0.</param>
/// <param name="StoreKilowattHours">Heat between the coldest and the warmest that is comfortable.</param>
/// <param name="LossShare">Of the stored heat lost in an hour; 0 to 1.</param>
/// <param name="StoredKilowattHours">Heat in the store now.</param>
/// <param name="DemandKilowatts">Heat that is drawn, for each step.</param>
public sealed record HeatPump(
    double PowerKilowatts, double Performance, double StoreKilowattHours, double LossShare, double StoredKilowattHours, ImmutableArray<double> DemandKilowatts);
