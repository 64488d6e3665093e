using EdgeDePin.Model;
using EdgeDePin.Sensors.Quality;

namespace EdgeDePin.Tests.Sensors.Quality;

/// <summary>A value with what the gate said and what is true.</summary>
internal readonly record struct JudgedValue(DateTimeOffset At, ReadingQuality Quality, bool IsWrong, bool IsBeside);

/// <summary>True state against verdict, as counts.</summary>
internal sealed record Confusion(int RightGood, int RightSuspect, int RightBad, int WrongGood, int WrongSuspect, int WrongBad)
{
    public double BadCalledGood => WrongGood / Math.Max(1.0, WrongGood + WrongSuspect + WrongBad);

    public double GoodCalledBad => (RightSuspect + RightBad) / Math.Max(1.0, RightGood + RightSuspect + RightBad);

    public static Confusion Of(IEnumerable<JudgedValue> values)
    {
        int[] counts = new int[6];
        foreach (JudgedValue value in values.Where(value => !value.IsBeside))
        {
            counts[(value.IsWrong ? 3 : 0) + (int)value.Quality.Verdict]++;
        }

        return new Confusion(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
    }

    public override string ToString() =>
        $"""
        verdict      good  suspect      bad
        right    {RightGood,8} {RightSuspect,8} {RightBad,8}   {GoodCalledBad:P2} not called good
        wrong    {WrongGood,8} {WrongSuspect,8} {WrongBad,8}   {BadCalledGood:P2} called good
        """;
}
