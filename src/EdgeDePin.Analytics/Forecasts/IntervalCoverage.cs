using System.Formats.Cbor;

namespace EdgeDePin.Analytics;

/// <summary>How often the truth lay within the intervals; counts, so that folds can be put together exactly.</summary>
/// <param name="Judged">Intervals whose truth is known.</param>
/// <param name="Covered">Those of them that held it.</param>
public readonly record struct IntervalCoverage(int Judged, int Covered)
{
    /// <summary>0 to 1; 0 when nothing was judged.</summary>
    public double Share => Judged == 0 ? 0 : (double)Covered / Judged;

    public static IntervalCoverage operator +(IntervalCoverage left, IntervalCoverage right) => Add(left, right);

    public static IntervalCoverage Add(IntervalCoverage left, IntervalCoverage right) =>
        new(left.Judged + right.Judged, left.Covered + right.Covered);

    public IntervalCoverage With(bool covered) => new(Judged + 1, Covered + (covered ? 1 : 0));

    internal static void Write(CborWriter writer, IntervalCoverage coverage)
    {
        writer.WriteStartArray(2);
        writer.WriteInt32(coverage.Judged);
        writer.WriteInt32(coverage.Covered);
        writer.WriteEndArray();
    }

    internal static IntervalCoverage Read(CborReader reader)
    {
        reader.ReadStartArray();
        var coverage = new IntervalCoverage(reader.ReadInt32(), reader.ReadInt32());
        reader.ReadEndArray();
        return coverage;
    }
}
