namespace EdgeDePin.Analytics;

/// <summary>Everything said at one origin, scaled; a value for each step of the horizon.</summary>
/// <param name="Members">A row for each member.</param>
/// <param name="Combined">What is used.</param>
/// <param name="Low">Lower side of the band.</param>
internal sealed record ForecastStep(int Origin, double[] Members, double[] Combined, double[] Low, double[] High);
