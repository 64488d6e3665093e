using System.Collections.Immutable;

namespace EdgeDePin.Analytics;

/// <summary>One stretch of a series to predict with one penalty, from everything before each origin.</summary>
/// <param name="Series">Equal steps, finite, oldest first.</param>
/// <param name="Lags">Values that each forecast looks back at; 2 to <paramref name="From"/>.</param>
/// <param name="Horizon">Values that each forecast predicts.</param>
/// <param name="Season">Steps after which the seasonal naive forecast repeats itself.</param>
/// <param name="Penalty">Of the ridge regression, above 0.</param>
/// <param name="From">First value to predict.</param>
/// <param name="Until">The value after the last to predict.</param>
/// <param name="Stride">Steps from one origin to the next; the model is fitted anew at each.</param>
/// <param name="Replicates">Bootstrap replicates behind the intervals; 0 judges no intervals.</param>
public sealed record BackTestFold(
    ImmutableArray<double> Series, int Lags, int Horizon, int Season, double Penalty, int From, int Until, int Stride, int Replicates)
{
    /// <summary>The most values of a series: 100,000 fit a neighbour's memory, and its patience is its own affair.</summary>
    public const int MaxPoints = 100_000;

    /// <summary>The most lags: their square is the memory that a task needs (8 MiB).</summary>
    public const int MaxLags = 1_024;

    /// <summary>More replicates make intervals no better.</summary>
    public const int MaxReplicates = 999;

    public byte[] Encode() => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(9);
        writer.WriteInt32(Lags);
        writer.WriteInt32(Horizon);
        writer.WriteInt32(Season);
        writer.WriteDouble(Penalty);
        writer.WriteInt32(From);
        writer.WriteInt32(Until);
        writer.WriteInt32(Stride);
        writer.WriteInt32(Replicates);
        writer.WriteList(Series, static (writer, value) => writer.WriteDouble(value));
        writer.WriteEndArray();
    });

    /// <exception cref="FormatException">Not a fold, or numbers that contradict each other.</exception>
    public static BackTestFold Decode(byte[] bytes) => CanonicalCbor.Decode(bytes, "a back-test fold", reader =>
    {
        reader.ReadStartArray();
        (int lags, int horizon, int season) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        double penalty = reader.ReadDouble();
        (int from, int until, int stride) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        int replicates = reader.ReadInt32();
        var fold = new BackTestFold([.. reader.ReadList(static reader => reader.ReadDouble())], lags, horizon, season, penalty, from, until, stride, replicates);
        reader.ReadEndArray();
        return fold.Checked();
    });

    private BackTestFold Checked()
    {
        bool valid = Series.Length <= MaxPoints && Lags is >= 2 and <= MaxLags && Horizon >= 1 && Season >= 1 && Season <= From
            && Penalty > 0 && double.IsFinite(Penalty) && Stride >= 1 && Replicates is >= 0 and <= MaxReplicates
            && From >= Lags && From < Until && Until <= Series.Length && Horizon <= Until - From
            && Series.All(double.IsFinite);
        return valid
            ? this
            : throw new FormatException(
                $"Not a back-test fold: {Series.Length} values, lags {Lags}, horizon {Horizon}, season {Season}, penalty {Penalty}, from {From} until {Until} by {Stride}, {Replicates} replicates.");
    }
}
