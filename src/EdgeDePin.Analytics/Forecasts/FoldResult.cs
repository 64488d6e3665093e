namespace EdgeDePin.Analytics;

/// <summary>What a fold's forecasts were worth, and what the two forecasts for free were worth there.</summary>
/// <param name="Penalty">Of the ridge regression.</param>
/// <param name="LastValue">Errors of "it stays as it is".</param>
/// <param name="Seasonal">Errors of "as one season ago".</param>
/// <param name="Intervals">Of the 90 % intervals around the model's forecasts.</param>
public sealed record FoldResult(
    double Penalty, ForecastErrors Model, ForecastErrors LastValue, ForecastErrors Seasonal, IntervalCoverage Intervals)
{
    public byte[] Encode() => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(5);
        writer.WriteDouble(Penalty);
        ForecastErrors.Write(writer, Model);
        ForecastErrors.Write(writer, LastValue);
        ForecastErrors.Write(writer, Seasonal);
        IntervalCoverage.Write(writer, Intervals);
        writer.WriteEndArray();
    });

    /// <exception cref="FormatException">Not the result of a fold.</exception>
    public static FoldResult Decode(byte[] bytes) => CanonicalCbor.Decode(bytes, "the result of a back-test fold", reader =>
    {
        reader.ReadStartArray();
        var result = new FoldResult(
            reader.ReadDouble(), ForecastErrors.Read(reader), ForecastErrors.Read(reader), ForecastErrors.Read(reader), IntervalCoverage.Read(reader));
        reader.ReadEndArray();
        return result;
    });
}
