using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Water.Ezo;

/// <summary>What a circuit is for, and what it can tell.</summary>
/// <param name="Name">As it calls itself in its answer to <c>i</c>.</param>
/// <param name="Milliseconds">From the command to the answer.</param>
/// <param name="Lowest">In the circuit's own unit.</param>
/// <param name="Highest">In the circuit's own unit.</param>
/// <param name="Factor">From that unit to that of the quantity.</param>
public sealed record EzoKind(
    string Name, ImmutableArray<Quantity> Measures, double Milliseconds, double Lowest, double Highest, double Factor)
{
    /// <summary>EZO-pH, 0.001 to 14.000.</summary>
    public static EzoKind Acidity { get; } = new("pH", [Quantity.Acidity], 900, 0, 14, 1);

    /// <summary>EZO-EC, 0.07 to 500,000 µS/cm; 1 µS/cm is 0.0001 S/m.</summary>
    public static EzoKind Conductivity { get; } = new("EC", [Quantity.Conductivity], 600, 0, 500_000, 1e-4);

    /// <summary>EZO-DO, 0.01 to 100 mg/l.</summary>
    public static EzoKind DissolvedOxygen { get; } = new("DO", [Quantity.DissolvedOxygen], 600, 0, 100, 1);
}
