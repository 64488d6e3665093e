using EdgeDePin.Model;

namespace EdgeDePin.Simulation;

/// <summary>What there is to be measured at an instant, in the unit of the quantity. Null: the chip has no value for it.</summary>
public delegate double? EnvironmentSource(Quantity quantity, DateTimeOffset instant);
