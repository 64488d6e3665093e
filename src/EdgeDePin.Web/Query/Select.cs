using System.Text;

namespace EdgeDePin.Web.Query;

/// <summary>Writes the InfluxQL that the page asks, so that quoting is right in one place and the text can be shown.</summary>
internal sealed record Select(DashboardSource Source, string Measurement, params string[] Fields)
{
    public DateTimeOffset? From { get; init; }

    /// <summary>Always given with <see cref="Every"/>: without it InfluxQL makes buckets up to the clock on the wall.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Further tags that must be equal.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>();

    /// <summary>Only derived values of these names (letters, digits and underscores); empty for all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>An aggregate over every field, for example <c>mean</c>.</summary>
    public string? Function { get; init; }

    /// <summary>The width of a bucket; only with <see cref="Function"/>.</summary>
    public TimeSpan? Every { get; init; }

    public string[] By { get; init; } = [];

    /// <summary>The newest rows of each series, newest first.</summary>
    public int? Newest { get; init; }

    /// <summary>The oldest rows of each series.</summary>
    public int? Oldest { get; init; }

    public override string ToString()
    {
        StringBuilder text = new("SELECT ");
        text.AppendJoin(", ", Fields.Select(field =>
            Function is null ? Identifier(field) : $"{Function}({Identifier(field)})"));
        text.Append(" FROM ").Append(Identifier(Measurement))
            .Append(" WHERE \"site\" = ").Append(Literal(Source.Site))
            .Append(" AND \"node\" = ").Append(Literal(Source.Node));
        foreach ((string tag, string value) in Where)
        {
            text.Append(" AND ").Append(Identifier(tag)).Append(" = ").Append(Literal(value));
        }

        if (Names.Count > 0)
        {
            text.Append(" AND \"name\" =~ /^(").AppendJoin('|', Names).Append(")$/");
        }

        if (From is { } from)
        {
            text.Append(" AND time >= ").Append(from.ToUnixTimeMilliseconds()).Append("ms");
        }

        if (Until is { } until)
        {
            text.Append(" AND time <= ").Append(until.ToUnixTimeMilliseconds()).Append("ms");
        }

        IEnumerable<string> groups = By.Select(Identifier);
        if (Every is { } every)
        {
            groups = groups.Prepend($"time({(long)every.TotalMilliseconds}ms)");
        }

        if (groups.Any())
        {
            text.Append(" GROUP BY ").AppendJoin(", ", groups);
        }

        text.Append(Every is null ? "" : " fill(null)");
        text.Append(Newest is null ? "" : $" ORDER BY time DESC LIMIT {Newest}");
        return text.Append(Oldest is null ? "" : $" LIMIT {Oldest}").ToString();
    }

    internal static string Identifier(string name) => $"\"{Escape(name, '"')}\"";

    internal static string Literal(string value) => $"'{Escape(value, '\'')}'";

    private static string Escape(string text, char quote) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace($"{quote}", $"\\{quote}", StringComparison.Ordinal);
}
