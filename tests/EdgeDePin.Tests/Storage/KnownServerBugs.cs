namespace EdgeDePin.Tests.Storage;

/// <summary>
/// What influxd 1.6.7 answers, and why this store answers otherwise. Not listed, because it is chance: the series of an
/// integral without buckets come in the order in which its routines end, and beside another function their rows fall apart.
/// </summary>
public static class KnownServerBugs
{
    private const string Range = "time >= 1500000000s AND time < 1500000600s";

    public static TheoryData<string, string> All => new()
    {
        { $"SELECT integral(a) FROM grid WHERE {Range} GROUP BY time(2m) ORDER BY time DESC", "areas become negative and lie one bucket too late" },
        { $"SELECT count(mean) FROM (SELECT mean(a) FROM grid WHERE {Range} GROUP BY time(1m), host fill(0))", "in a subquery fill() starts again at each change of series, so buckets are counted several times" },
        { "SELECT mean(x) FROM (SELECT sum(a) AS x FROM grid GROUP BY time(2m), host fill(none)) WHERE time >= 1500000497s AND time < 1500001105s GROUP BY host", "an inner bucket that starts before the range ends the whole answer" },
        { "SELECT bottom(a, 2) FROM grid GROUP BY host LIMIT 7", "LIMIT cuts the rows that bottom() chooses from" },
        { $"SELECT max(a), host FROM grid WHERE {Range} GROUP BY time(10s), host fill(7)", "fill(7) writes the number 7 into the tag" },
        { $"SELECT percentile(a, 42) FROM grid WHERE {Range} AND txt = 'up' GROUP BY time(2m), host fill(previous)", "a bucket too small for the percentile ends the series" },
        { "SELECT percentile(n, 71) FROM grid WHERE time >= 1500000315s AND time < 1500001179s GROUP BY *", "of equal values its sort, which is not stable, takes any; this store takes the earliest" },
        { "SELECT abs(i) FROM cpu", "abs() leaves a negative integer negative" },
        { "SELECT tan(v) FROM cpu", "Go's tan, log and pow are off in the last digit; the C library's are not" },
    };
}
