using System.Globalization;
using System.Text;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>Answers as comma-separated values, as InfluxDB 1.6.7 writes them: a header for each statement, an empty line between two.</summary>
internal static class InfluxCsv
{
    public static byte[] Write(QueryResult result, string? epoch)
    {
        var text = new StringBuilder();
        foreach (StatementResult statement in result.Statements.Where(statement => statement.Series.Count > 0))
        {
            text.Append(text.Length > 0 ? "\n" : "");
            Line(text, ["name", "tags", .. statement.Series[0].Columns]);
            foreach (ResultSeries series in statement.Series)
            {
                string tags = string.Join(',', (series.Tags ?? []).Where(tag => tag.Value.Length > 0).Select(tag => $"{Escaped(tag.Key)}={Escaped(tag.Value)}"));
                foreach (FieldValue?[] row in series.Rows)
                {
                    Line(text, [series.Name ?? "", tags, .. row.Select((value, at) => Text(value, series.HasTime && at == 0, epoch))]);
                }
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Text(FieldValue? value, bool isTime, string? epoch) => value?.Kind switch
    {
        null => "",
        FieldKind.Integer when isTime => (value.Value.AsInteger / InfluxTime.Unit(epoch)).ToString(CultureInfo.InvariantCulture),
        FieldKind.Float => Plain(value.Value.AsFloat),
        _ => value.Value.ToString(),
    };

    // The shortest digits, never with an exponent.
    private static string Plain(double value)
    {
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        int mark = shortest.IndexOf('E', StringComparison.Ordinal);
        if (mark < 0)
        {
            return shortest;
        }

        int exponent = int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string sign = shortest[0] == '-' ? "-" : "";
        string digits = shortest[sign.Length..mark];
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        int decimals = point < 0 ? 0 : digits.Length - point - 1;
        string whole = digits.Replace(".", "", StringComparison.Ordinal);
        int shift = exponent - decimals;
        return sign + (shift >= 0
            ? whole + new string('0', shift)
            : "0." + new string('0', Math.Max(0, -shift - whole.Length)) + whole);
    }

    private static string Escaped(string text) => text
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);

    private static void Line(StringBuilder text, IReadOnlyList<string> cells)
    {
        for (int at = 0; at < cells.Count; at++)
        {
            text.Append(at == 0 ? "" : ",").Append(Quoted(cells[at]));
        }

        text.Append('\n');
    }

    // As Go's encoding/csv: quotes where a reader needs them.
    private static string Quoted(string cell) =>
        cell.Length > 0 && (cell.AsSpan().ContainsAny(",\"\r\n") || cell[0] is ' ' or '\t' || cell == "\\.")
            ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : cell;
}
