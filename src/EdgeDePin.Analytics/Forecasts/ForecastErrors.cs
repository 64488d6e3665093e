using System.Formats.Cbor;

namespace EdgeDePin.Analytics;

/// <summary>Sums of the errors of one forecaster; sums, so that folds can be put together exactly.</summary>
/// <param name="Count">Values predicted.</param>
public readonly record struct ForecastErrors(int Count, double Absolute, double Squared)
{
    /// <summary>Mean absolute error; 0 without any.</summary>
    public double Mae => Count == 0 ? 0 : Absolute / Count;

    /// <summary>Root of the mean squared error; 0 without any.</summary>
    public double Rmse => Count == 0 ? 0 : Math.Sqrt(Squared / Count);

    public static ForecastErrors operator +(ForecastErrors left, ForecastErrors right) => Add(left, right);

    public static ForecastErrors Add(ForecastErrors left, ForecastErrors right) =>
        new(left.Count + right.Count, left.Absolute + right.Absolute, left.Squared + right.Squared);

    public ForecastErrors With(double error) => new(Count + 1, Absolute + Math.Abs(error), Squared + (error * error));

    internal static void Write(CborWriter writer, ForecastErrors errors)
    {
        writer.WriteStartArray(3);
        writer.WriteInt32(errors.Count);
        writer.WriteDouble(errors.Absolute);
        writer.WriteDouble(errors.Squared);
        writer.WriteEndArray();
    }

    internal static ForecastErrors Read(CborReader reader)
    {
        reader.ReadStartArray();
        var errors = new ForecastErrors(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble());
        reader.ReadEndArray();
        return errors;
    }
}
