namespace EdgeDePin.Benchmarks.Figures;

/// <summary>A system whose value is measured for a row: ours, or an anchor beside it.</summary>
/// <param name="MeasureAsync">Measures once, from a fresh start to a clean end.</param>
/// <param name="Missing">Why it cannot be measured here, with the remedy; null when it can.</param>
internal sealed record Contender(string Name, Func<Bench, CancellationToken, Task<double>> MeasureAsync, string? Missing = null);
