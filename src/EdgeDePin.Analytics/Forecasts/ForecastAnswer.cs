using System.Collections.Immutable;
using System.Formats.Cbor;

namespace EdgeDePin.Analytics;

/// <summary>The next values of a series with their 90 % band, and by what they were said: the output of <c>forecast@1</c>.</summary>
/// <param name="From">Instant of the first one, UTC.</param>
/// <param name="Used"><c>combined</c>, or the naive rule that nothing beat.</param>
/// <param name="Reason">With the figures of the validation.</param>
/// <param name="Linear">Linear forecasters that were kept, with their penalties.</param>
/// <param name="Trees">Boosted trees on top of them.</param>
public sealed record ForecastAnswer(
    DateTime From, TimeSpan Step, ImmutableArray<double> Values, ImmutableArray<double> Low, ImmutableArray<double> High,
    string Used, string Reason, string Linear, int Trees)
{
    public bool BeatsNaive => Used == ForecastChoice.Combined;

    public DateTime At(int step) => From + (Step * step);

    internal byte[] Encode() => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(9);
        writer.WriteInt64(From.Ticks);
        writer.WriteInt64(Step.Ticks);
        foreach (ImmutableArray<double> list in (ImmutableArray<double>[])[Values, Low, High])
        {
            writer.WriteList(list, static (writer, value) => writer.WriteDouble(value));
        }

        writer.WriteTextString(Used);
        writer.WriteTextString(Reason);
        writer.WriteTextString(Linear);
        writer.WriteInt32(Trees);
        writer.WriteEndArray();
    });

    /// <exception cref="FormatException">Not a forecast.</exception>
    public static ForecastAnswer Decode(byte[] bytes) => CanonicalCbor.Decode(bytes, "a forecast", reader =>
    {
        reader.ReadStartArray();
        (long from, long step) = (reader.ReadInt64(), reader.ReadInt64());
        ImmutableArray<double> List() => [.. reader.ReadList(static reader => reader.ReadDouble())];
        var answer = new ForecastAnswer(
            new DateTime(from, DateTimeKind.Utc), TimeSpan.FromTicks(step), List(), List(), List(),
            reader.ReadTextString(), reader.ReadTextString(), reader.ReadTextString(), reader.ReadInt32());
        reader.ReadEndArray();
        return answer;
    });
}
