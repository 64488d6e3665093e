using EdgeDePin.Analytics;
using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Analytics;

/// <summary>The rows about forecasts on published series. They lie outside the project: <c>EDGEDEPIN_DATA</c> names their folder.</summary>
internal static class ForecastRows
{
    private static readonly string[] Weather = ["DEWP", "PRES", "cbwd", "Iws", "Is", "Ir"];
    private static readonly string[] PollutionWeather = ["TEMP", .. Weather];

    public static IReadOnlyList<Figure> Figures()
    {
        var pjm = new ForecastRun("pjm/PJME_hourly.csv", "Datetime", "PJME_MW", [], new DateTime(2015, 1, 1), null, null, 24);
        var oil = new ForecastRun("ett/ETTh1.csv", "date", "OT", [], new DateTime(2017, 10, 24), new DateTime(2018, 2, 21), new DateTime(2017, 6, 26), 1);
        var dust = new ForecastRun("beijing-pm25/pollution.csv", "year+month+day+hour", "pm2.5", PollutionWeather, new DateTime(2014, 1, 1), null, null, 1);
        var warmth = new ForecastRun("beijing-pm25/pollution.csv", "year+month+day+hour", "TEMP", Weather, new DateTime(2014, 1, 1), null, null, 1);
        return
        [
            new ForecastFigure("pjm-day-ahead", "mean absolute percentage error of the load of PJM East, 24 h from each midnight since 2015", "%", Goal.AtMost(4.0), pjm, static (model, _) => model.Mape),
            new ForecastFigure("pjm-coverage", "share of those truths within the 90 % band, less than which is too sure of itself", "%", Goal.AtLeast(88), pjm, static (_, report) => 100 * report.Coverage.Share, hasBaselines: false),
            new ForecastFigure("etth1-oil-24h", "squared error of the oil temperature of ETTh1, 24 h from each hour, in thousandths of the variance of the training span", "/1000", Goal.AtMost(25.5), oil, static (model, report) => 1_000 * Squared(model, report)),
            new ForecastFigure("beijing-pm25-6h", "root mean square error of PM2.5 in Beijing, 6 h ahead, 2014", "ug/m3", Goal.AtMost(51), dust, static (model, _) => model.Leads[5].Rmse),
            new ForecastFigure("beijing-pm25-24h", "the same 24 h ahead", "ug/m3", Goal.AtMost(78), dust, static (model, _) => model.Leads[23].Rmse),
            new ForecastFigure("beijing-temperature-1h", "mean absolute error of the temperature in Beijing, 1 h ahead, 2014", "Cel", Goal.AtMost(0.80), warmth, static (model, _) => model.Leads[0].Mae),
            new ForecastFigure("beijing-temperature-24h", "the same 24 h ahead", "Cel", Goal.AtMost(2.2), warmth, static (model, _) => model.Leads[23].Mae),
            new TrainingTime(),
        ];
    }

    private static double Squared(ForecastFigures model, ForecastReport report)
    {
        double scaled = model.Rmse / report.ScaleDeviation;
        return scaled * scaled;
    }
}
