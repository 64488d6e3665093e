namespace EdgeDePin.Analytics;

/// <summary>A back-test with one split: everything before the test was learned from, the test was predicted origin by origin.</summary>
/// <param name="Models">Figures of the one in use first, of naive rules and of each forecaster.</param>
/// <param name="Coverage">Share of truths within the 90 % band.</param>
/// <param name="BandWidth">Mean width of the band, in the unit of the series.</param>
/// <param name="ScaleDeviation">Of the training span, by which published errors are divided.</param>
/// <param name="NaiveMae">Mean absolute error of the seasonal rule in the training span: the unit of MASE (Hyndman and Koehler, 2006).</param>
/// <param name="HasPercent">No truth is near 0, so that percentages mean something.</param>
/// <param name="Sample">The newest stretch of truths with forecasts and bands, for a picture.</param>
public sealed record ForecastReport(
    ForecastChoice Choice, IReadOnlyList<ForecastFigures> Models, IntervalCoverage Coverage, double BandWidth, double ScaleDeviation,
    double NaiveMae, bool HasPercent, int Origins, int Stride, IReadOnlyList<ForecastSample> Sample, DateTime TrainFrom, DateTime ValidateFrom, DateTime TestFrom, DateTime TestUntil);

/// <summary>One predicted value.</summary>
/// <param name="Truth">Null where nothing was observed.</param>
public readonly record struct ForecastSample(DateTime At, double? Truth, double Forecast, double Low, double High);
