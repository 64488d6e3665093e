using System.Formats.Cbor;

namespace EdgeDePin.Analytics;

/// <summary>A series whose next values are wanted: the input of <c>forecast@1</c>.</summary>
/// <param name="Start">Of the first value, UTC.</param>
/// <param name="Step">Above 0.</param>
/// <param name="Values">NaN where there is none; 10 to 50,000.</param>
/// <param name="Horizon">Steps wanted; 1 to 500.</param>
public sealed record ForecastRequest(DateTime Start, TimeSpan Step, double[] Values, int Horizon)
{
    /// <summary>Five years of hours; a longer past is cut.</summary>
    public const int MaxValues = 50_000;

    private const int MaxHorizon = 500;

    public byte[] Encode() => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(4);
        writer.WriteInt64(Start.Ticks);
        writer.WriteInt64(Step.Ticks);
        writer.WriteInt32(Horizon);
        writer.WriteList(Values, static (writer, value) => writer.WriteOptional(double.IsNaN(value) ? null : value));
        writer.WriteEndArray();
    });

    /// <exception cref="FormatException">Not a request, or a number outside its range.</exception>
    public static ForecastRequest Decode(byte[] bytes) => CanonicalCbor.Decode(bytes, "a forecast request", reader =>
    {
        reader.ReadStartArray();
        (long start, long step, int horizon) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32());
        double[] values = [.. reader.ReadList(static reader => reader.ReadOptional() ?? double.NaN)];
        reader.ReadEndArray();
        bool valid = start > 0 && start < DateTime.MaxValue.Ticks / 2 && step > 0 && step <= TimeSpan.FromDays(31).Ticks && horizon is >= 1 and <= MaxHorizon
            && values.Length is >= 10 and <= MaxValues && !values.Any(double.IsInfinity);
        return valid
            ? new ForecastRequest(new DateTime(start, DateTimeKind.Utc), TimeSpan.FromTicks(step), values, horizon)
            : throw new FormatException($"Not a forecast request: {values.Length} values from tick {start} by {step} ticks, horizon {horizon}.");
    });
}
