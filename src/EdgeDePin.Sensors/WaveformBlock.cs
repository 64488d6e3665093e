using System.Collections.Immutable;

namespace EdgeDePin.Sensors;

/// <summary>Voltage and current of one phase, sample by sample at equal steps of time, and the same instants for both.</summary>
/// <param name="Volts">A quarter of a second, more than the ten cycles that power quality is computed from.</param>
/// <param name="Amperes">As many.</param>
/// <param name="NominalHertz">Of the grid, 50 or 60.</param>
/// <param name="NominalVolts">Of the grid, effective.</param>
public sealed record WaveformBlock(ImmutableArray<double> Volts, ImmutableArray<double> Amperes, double SamplesPerSecond, int NominalHertz, double NominalVolts);
