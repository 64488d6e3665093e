namespace EdgeDePin.Simulation.Replay;

/// <summary>A line of a series.</summary>
/// <param name="Values">In the order of the format's columns; NaN where the field is empty (it leaves this folder as null).</param>
internal sealed record SeriesRow(DateTimeOffset Instant, double[] Values);
