namespace EdgeDePin.Analytics;

/// <summary>What the forecasts of one model were worth; sums over everything that was predicted and observed.</summary>
/// <param name="Name">The model.</param>
/// <param name="Leads">Errors of each step of the horizon.</param>
/// <param name="Percent">Sum of |error / truth|, where no truth is near 0.</param>
public sealed record ForecastFigures(string Name, IReadOnlyList<ForecastErrors> Leads, double Percent)
{
    public ForecastErrors All { get; } = Leads.Aggregate(default(ForecastErrors), ForecastErrors.Add);

    public double Mae => All.Mae;

    public double Rmse => All.Rmse;

    /// <summary>Mean absolute percentage error, in percent.</summary>
    public double Mape => All.Count == 0 ? 0 : 100 * Percent / All.Count;
}
