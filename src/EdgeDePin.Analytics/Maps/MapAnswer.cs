namespace EdgeDePin.Analytics;

/// <summary>Values where they were wanted: the output of <c>interpolate@1</c>.</summary>
/// <param name="Method"><c>kriging</c> or <c>idw</c>: whichever was less wrong when each known place was left out in turn; <c>mean</c> where neither beats it.</param>
/// <param name="Error">Root mean square of that leave-one-out error, in the unit of the values.</param>
/// <param name="OtherErrors">Of kriging, inverse distances and the mean, in this order; NaN where kriging has no solution.</param>
/// <param name="Values">In the order of the wanted places.</param>
public sealed record MapAnswer(string Method, double Error, IReadOnlyList<double> OtherErrors, IReadOnlyList<double> Values)
{
    internal byte[] Encode() => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(4);
        writer.WriteTextString(Method);
        writer.WriteDouble(Error);
        writer.WriteList(OtherErrors, static (writer, value) => writer.WriteOptional(double.IsNaN(value) ? null : value));
        writer.WriteList(Values, static (writer, value) => writer.WriteDouble(value));
        writer.WriteEndArray();
    });

    /// <exception cref="FormatException">Not the answer of an interpolation.</exception>
    public static MapAnswer Decode(byte[] bytes) => CanonicalCbor.Decode(bytes, "an interpolation", reader =>
    {
        reader.ReadStartArray();
        var answer = new MapAnswer(
            reader.ReadTextString(), reader.ReadDouble(), reader.ReadList(static reader => reader.ReadOptional() ?? double.NaN),
            reader.ReadList(static reader => reader.ReadDouble()));
        reader.ReadEndArray();
        return answer;
    });
}
