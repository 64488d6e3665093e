using System.Collections.Immutable;
using EdgeDePin.Analytics;
using EdgeDePin.Balance;
using EdgeDePin.Simulation;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary>Sites over a span of a recorded series: their loads are columns of it, their panels stand under a simulated sky where no column is given.</summary>
internal static class DispatchScenario
{
    /// <summary>Hours planned ahead: tomorrow's evening counts this morning.</summary>
    public const int Horizon = 36;

    private const double RoundTrip = 0.95;
    private const double Wear = 0.01;

    /// <param name="load">The column; what is below 0 counts as 0.</param>
    /// <param name="test">First step simulated; forecasters learn what stands before it.</param>
    public static SimulatedSite Site(SampleSite sample, GriddedSeries load, double[]? solarColumn, double latitude, int test, int steps, CancellationToken cancellationToken)
    {
        double mean = load.Values.Take(test).Where(double.IsFinite).Select(value => Math.Max(0, value)).DefaultIfEmpty(1).Average();
        double[] loads = [.. load.Values.Select(value => double.IsNaN(value) ? double.NaN : Math.Max(0, value) * sample.MeanKilowatts / mean)];
        var sky = new SolarYield(sample.SolarKilowatts, latitude, sample.Seed);
        double[] solar = solarColumn ?? [.. Enumerable.Range(0, loads.Length).Select(at => sky.Next(load.At(at)))];
        int until = test + steps;
        IReadOnlyList<double[]> loadBelief = Believed(load with { Values = loads, Exogenous = [] });
        IReadOnlyList<double[]> solarBelief = solar.Any(power => power > 0)
            ? Believed(load with { Values = solar, Exogenous = [] })
            : [.. Enumerable.Range(0, steps).Select(_ => new double[Horizon])];
        Battery? battery = sample.BatteryKilowattHours > 0 ? new Battery(sample.BatteryKilowattHours, sample.BatteryKilowatts, RoundTrip, Wear) : null;
        return new SimulatedSite(
            new Site(sample.Name, battery, [], null), Bridged(loads)[test..until], Bridged(solar)[test..until],
            step => (loadBelief[step], solarBelief[step]));

        IReadOnlyList<double[]> Believed(GriddedSeries series) =>
            ForecastEvaluation.Forecasts(series, Horizon, test, until, ForecastEffort.Nightly, cancellationToken);
    }

    public static DispatchResult Simulate(IReadOnlyList<SimulatedSite> sites, Tariff tariff, GriddedSeries calendar, int test, CancellationToken cancellationToken)
    {
        int steps = sites[0].Load.Length + Horizon;
        ImmutableArray<double> buy = [.. Enumerable.Range(0, steps).Select(step => tariff.Buy[calendar.At(test + step).Hour])];
        ImmutableArray<double> sell = [.. Enumerable.Repeat(tariff.Sell, steps)];
        return new DispatchSimulation(sites, buy, sell, calendar.Step.Length.TotalHours, Horizon).Run(cancellationToken);
    }

    private static double[] Bridged(double[] values)
    {
        double last = 0;
        return [.. values.Select(value => last = double.IsNaN(value) ? last : value)];
    }
}
