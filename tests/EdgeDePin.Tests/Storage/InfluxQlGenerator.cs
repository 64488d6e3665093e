namespace EdgeDePin.Tests.Storage;

/// <summary>
/// Random SELECTs that are InfluxQL: every clause that the store answers, in combinations that nobody would think of. Left out
/// is what influxd 1.6.7 answers wrongly; <see cref="KnownServerBugs"/> names it and its tests show it.
/// </summary>
internal sealed class InfluxQlGenerator(int seed)
{
    private static readonly string[] Aggregates =
        ["mean", "count", "sum", "min", "max", "first", "last", "median", "spread", "percentile", "count(distinct"];

    private static readonly string[] Walks =
        ["derivative", "non_negative_derivative", "difference", "non_negative_difference", "moving_average", "cumulative_sum", "elapsed"];

    private static readonly string[] Numbers = ["a", "n", "c"];
    private static readonly string[] Fields = ["a", "n", "c", "ok", "txt"];

    private readonly Random _random = new(seed);

    public string Next() => _random.Next(8) == 0 ? Nested() : Select();

    private string Nested()
    {
        string buckets = _random.Next(2) == 0 ? $"time({Pick("1m", "2m", "5m")}), " : "";
        string range = Range(1_500_000_000 + (600 * _random.Next(2)));
        string inner = $"SELECT {Pick("mean", "max", "sum", "count", "last")}({Pick(Numbers)}) AS x FROM grid WHERE {range} GROUP BY {buckets}host fill(none)";
        string grouping = Pick("", "", " GROUP BY host", $" GROUP BY time({Pick("5m", "10m")}) fill(none)");
        return $"SELECT {Pick("mean", "max", "min", "sum", "count", "spread")}(x) FROM ({inner}) WHERE {range}{Pick("", "", " AND x > 3")}{grouping}";
    }

    private string Select()
    {
        bool bucketed = _random.Next(2) == 0;
        bool calls = bucketed || _random.Next(3) > 0;
        string columns = calls ? Calls(bucketed) : Raw();
        bool picks = columns.Contains("top(", StringComparison.Ordinal) || columns.Contains("bottom(", StringComparison.Ordinal);
        bool named = columns.EndsWith("host", StringComparison.Ordinal), several = columns.Contains(", ", StringComparison.Ordinal);
        string fill = !bucketed ? "" : named ? Pick("", " fill(none)") : several ? Pick("", " fill(0)", " fill(previous)", " fill(linear)")
            : Pick("", " fill(none)", " fill(0)", " fill(previous)", " fill(linear)", " fill(7)");
        string order = _random.Next(4) == 0 ? " ORDER BY time DESC" : "";
        string limit = _random.Next(4) == 0 && !picks && !several ? $" LIMIT {_random.Next(3, 9)}" : "";
        string offset = limit.Length > 0 && _random.Next(2) == 0 ? $" OFFSET {_random.Next(4)}" : "";
        return $"SELECT {columns} FROM grid WHERE {Range(1_500_000_000 + _random.Next(600))}{Condition()}{Grouping(bucketed)}{fill}{order}{limit}{offset}";
    }

    private string Raw() => Pick(
        "*", "a", "a, n", "a, host", "n, txt, ok", "a + n", "a * 2 - n / 3", "abs(a), floor(a), ceil(a), round(a)", "-a", "n % 3", "a::integer", "sqrt(n)", "/a|n/", "c, c");

    private string Calls(bool bucketed) => _random.Next(8) switch
    {
        0 => $"{Pick("top", "bottom")}({Pick(Numbers)}, {_random.Next(1, 3)})",
        1 => $"distinct({Pick(Fields)})",
        2 => $"{Pick("last", "first", "max", "min")}({Pick("a", "c")}), host",
        3 or 4 => bucketed ? Walk(Aggregate(Pick(Numbers), bucketed)) : Walk(Pick(Numbers)),
        5 => $"{Aggregate(Pick(Numbers), bucketed)} {Pick("+", "-", "*", "/")} {_random.Next(1, 5)}",
        _ => string.Join(", ", Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Aggregate(Pick(Numbers), bucketed))),
    };

    private string Walk(string argument)
    {
        string name = Pick(Walks);
        return $"{name}({argument}{(name == "moving_average" ? $", {_random.Next(2, 5)}" : name.EndsWith("derivative", StringComparison.Ordinal) || name == "elapsed" ? Pick("", ", 10s", ", 1m") : "")})";
    }

    // Without buckets a percentile shows the time of its point, and of equal values influxd takes any.
    private string Aggregate(string field, bool bucketed)
    {
        string name = Pick(Aggregates);
        name = name == "percentile" && !bucketed ? "median" : name;
        return name == "percentile" ? $"percentile({field}, {_random.Next(50, 101)})" : name == "count(distinct" ? $"count(distinct({field}))" : $"{name}({field})";
    }

    private string Grouping(bool bucketed)
    {
        string tags = Pick("", "host", "region", "host, region", "*", "/ho/");
        string time = bucketed ? $"time({Pick("30s", "1m", "2m", "90s, 20s", "5m, -1m")})" : "";
        return time.Length + tags.Length == 0 ? "" : $" GROUP BY {time}{(time.Length > 0 && tags.Length > 0 ? ", " : "")}{tags}";
    }

    private string Range(int from) => $"time >= {from}s AND time < {from + _random.Next(200, 1_500)}s";

    private string Condition() => _random.Next(3) != 0 ? "" : " AND " + Pick(
        "host = 'x'", "host != 'x'", "region = 'north'", "host =~ /x|y/", "host !~ /x/", "a > 3", "n <= 2", "txt = 'up'", "txt != 'up'", "txt =~ /^u/", "ok = true",
        "(a > 3 OR n < 0)", "a > n", "a + 1 > n * 2", "a / n < 1.5", "(host = 'y' AND c > 20)", "host = 'z' AND a < 10");

    private string Pick(params string[] of) => of[_random.Next(of.Length)];
}
