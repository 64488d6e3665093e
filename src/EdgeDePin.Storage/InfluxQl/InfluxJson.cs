using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using EdgeDePin.Storage.Duck;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// Answers as InfluxDB 1.6.7 writes them, byte for byte: <c>name</c>, <c>tags</c>, <c>columns</c> before <c>values</c> (Grafana
/// reads the stream in that order), numbers and escapes as Go's encoding/json has them, a line feed at the end.
/// </summary>
public static class InfluxJson
{
    /// <summary>So much is written before it is handed over.</summary>
    internal const int PieceBytes = 64 * 1024;

    private const int RowsBetweenLooks = 256;

    /// <param name="epoch"><c>ns</c>, <c>u</c>, <c>ms</c>, <c>s</c>, <c>m</c> or <c>h</c>: times as integers of that unit; null or empty: RFC 3339 texts.</param>
    /// <param name="pretty">Indented by four spaces.</param>
    /// <param name="warn">Sent by GET: a statement that changes something gets a warning.</param>
    public static byte[] Write(QueryResult result, string? epoch, bool pretty, bool warn = false)
    {
        var whole = new ArrayBufferWriter<byte>(1024);
        foreach (ReadOnlyMemory<byte> piece in Pieces(result, epoch, warn))
        {
            whole.Write(piece.Span);
        }

        return pretty ? [.. JsonIndent.By4(whole.WrittenSpan[..^1]), (byte)'\n'] : whole.WrittenSpan.ToArray();
    }

    /// <summary>The same, not indented, piece by piece: an answer of megabytes is never in memory as a whole.</summary>
    /// <returns>Each piece is good until the next is asked for; all but the last have at least <see cref="PieceBytes"/>.</returns>
    internal static IEnumerable<ReadOnlyMemory<byte>> Pieces(QueryResult result, string? epoch, bool warn)
    {
        var target = new ArrayBufferWriter<byte>(result.Error is null ? 4096 : 256);
        if (result.Error is not null)
        {
            target.Write("{\"error\":"u8);
            Text(target, result.Error);
            target.Write("}\n"u8);
            yield return target.WrittenMemory;
            yield break;
        }

        target.Write("{\"results\":["u8);
        for (int at = 0; at < result.Statements.Count; at++)
        {
            StatementResult statement = result.Statements[at];
            target.Write(at == 0 ? "{\"statement_id\":"u8 : ",{\"statement_id\":"u8);
            Integer(target, statement.Id);
            for (int number = 0; number < statement.Series.Count; number++)
            {
                ResultSeries series = statement.Series[number];
                target.Write(number == 0 ? ",\"series\":["u8 : ","u8);
                Head(target, series);
                for (int row = 0; row < series.Rows.Count; row += RowsBetweenLooks)
                {
                    Rows(target, series, row, Math.Min(row + RowsBetweenLooks, series.Rows.Count), epoch);
                    if (target.WrittenCount >= PieceBytes)
                    {
                        yield return target.WrittenMemory;
                        target.ResetWrittenCount();
                    }
                }

                target.Write(series.Rows.Count > 0 ? "]"u8 : ""u8);
                target.Write(series.IsPartial ? ",\"partial\":true}"u8 : "}"u8);
            }

            Tail(target, statement, warn);
        }

        target.Write("]}\n"u8);
        yield return target.WrittenMemory;
    }

    /// <summary>An object for each chunk, each on a line: every series of a SELECT cut after so many rows; a SHOW is one chunk.</summary>
    public static byte[] WriteChunks(QueryResult result, string? epoch, bool pretty, int rows, bool warn = false)
    {
        var target = new ArrayBufferWriter<byte>(1024);
        foreach (StatementResult chunk in result.Statements.SelectMany(statement => Chunks(statement, Math.Max(1, rows))))
        {
            target.Write(Write(new QueryResult([chunk]), epoch, pretty, warn));
        }

        return target.WrittenSpan.ToArray();
    }

    private static IEnumerable<StatementResult> Chunks(StatementResult statement, int rows)
    {
        if (!statement.Series.Any(series => series.HasTime))
        {
            return [statement];
        }

        List<ResultSeries> parts = [.. statement.Series.SelectMany(series => series.Rows.Count <= rows
            ? [series]
            : series.Rows.Chunk(rows).Select((chunk, at) => series with { Rows = chunk, IsPartial = (at + 1) * (long)rows < series.Rows.Count }))];
        return parts.Select((part, at) => statement with { Series = [part], IsPartial = at + 1 < parts.Count });
    }

    /// <summary>A text as JSON writes it, with quotes.</summary>
    internal static string Quoted(string text)
    {
        var target = new ArrayBufferWriter<byte>(text.Length + 8);
        Text(target, text);
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }

    private static void Tail(IBufferWriter<byte> target, StatementResult statement, bool warn)
    {
        target.Write(statement.Series.Count > 0 ? "]"u8 : ""u8);
        if (warn && statement.ReadOnlyText is not null)
        {
            target.Write(",\"messages\":[{\"level\":\"warning\",\"text\":"u8);
            Text(target, $"deprecated use of '{statement.ReadOnlyText}' in a read only context, please use a POST request instead");
            target.Write("}]"u8);
        }

        if (statement.IsPartial)
        {
            target.Write(",\"partial\":true"u8);
        }

        if (statement.Error is not null)
        {
            target.Write(",\"error\":"u8);
            Text(target, statement.Error);
        }

        target.Write("}"u8);
    }

    private static void Head(IBufferWriter<byte> target, ResultSeries series)
    {
        target.Write("{"u8);
        if (!string.IsNullOrEmpty(series.Name))
        {
            target.Write("\"name\":"u8);
            Text(target, series.Name);
            target.Write(","u8);
        }

        if (series.Tags is { Count: > 0 })
        {
            ReadOnlySpan<byte> separator = "\"tags\":{"u8;
            foreach (Tag tag in series.Tags)
            {
                target.Write(separator);
                separator = ","u8;
                Text(target, tag.Key);
                target.Write(":"u8);
                Text(target, tag.Value);
            }

            target.Write("},"u8);
        }

        target.Write("\"columns\":["u8);
        for (int at = 0; at < series.Columns.Count; at++)
        {
            target.Write(at == 0 ? ""u8 : ","u8);
            Text(target, series.Columns[at]);
        }

        target.Write("]"u8);
    }

    private static void Rows(IBufferWriter<byte> target, ResultSeries series, int from, int until, string? epoch)
    {
        bool timed = series.HasTime;
        if (series.Rows is TableRows table)
        {
            TableRows(target, table, from, until, epoch, series.Zone);
            return;
        }

        for (int number = from; number < until; number++)
        {
            FieldValue?[] row = series.Rows[number];
            target.Write(number == 0 ? ",\"values\":[["u8 : ",["u8);
            for (int at = 0; at < row.Length; at++)
            {
                target.Write(at == 0 ? ""u8 : ","u8);
                if (timed && at == 0)
                {
                    Time(target, row[0]!.Value.AsInteger, epoch, series.Zone);
                }
                else
                {
                    Value(target, row[at]);
                }
            }

            target.Write("]"u8);
        }
    }

    private static void TableRows(IBufferWriter<byte> target, TableRows rows, int from, int until, string? epoch, TimeZoneInfo? zone)
    {
        ColumnTable table = rows.Table;
        for (int number = from; number < until; number++)
        {
            int row = rows.Start + number;
            target.Write(number == 0 ? ",\"values\":[["u8 : ",["u8);
            Time(target, table.Time(row), epoch, zone);
            foreach (int column in rows.Columns)
            {
                target.Write(","u8);
                if (!table.Has(row, column))
                {
                    target.Write("null"u8);
                    continue;
                }

                switch (table.Kinds[column])
                {
                    case FieldKind.Float:
                        Float(target, table.Float(row, column));
                        break;
                    case FieldKind.Integer:
                        Integer(target, table.Integer(row, column));
                        break;
                    case FieldKind.Boolean:
                        target.Write(table.Boolean(row, column) ? "true"u8 : "false"u8);
                        break;
                    default:
                        Text(target, table.Text(row, column));
                        break;
                }
            }

            target.Write("]"u8);
        }
    }

    private static void Time(IBufferWriter<byte> target, long instant, string? epoch, TimeZoneInfo? zone)
    {
        if (!string.IsNullOrEmpty(epoch))
        {
            Integer(target, instant / InfluxTime.Unit(epoch));
            return;
        }

        if (zone is null)
        {
            target.Write("\""u8);
            target.Advance(InfluxTime.Format(instant, target.GetSpan(InfluxTime.MaxLength)));
            target.Write("\""u8);
            return;
        }

        Text(target, InfluxTime.Text(instant, zone));
    }

    private static void Value(IBufferWriter<byte> target, FieldValue? value)
    {
        switch (value?.Kind)
        {
            case null:
                target.Write("null"u8);
                break;
            case FieldKind.Float:
                Float(target, value.Value.AsFloat);
                break;
            case FieldKind.Integer:
                Integer(target, value.Value.AsInteger);
                break;
            case FieldKind.Boolean:
                target.Write(value.Value.AsBoolean ? "true"u8 : "false"u8);
                break;
            default:
                Text(target, value.Value.ToString());
                break;
        }
    }

    private static void Float(IBufferWriter<byte> target, double value) =>
        target.Advance(ShortestFloat.FormatJson(value, target.GetSpan(ShortestFloat.MaxLength)));

    private static void Integer(IBufferWriter<byte> target, long value)
    {
        Utf8Formatter.TryFormat(value, target.GetSpan(20), out int written);
        target.Advance(written);
    }

    // Go escapes < > & and the two Unicode line ends as well, so that the text may stand in HTML and JavaScript.
    private static void Text(IBufferWriter<byte> target, string text)
    {
        target.Write("\""u8);
        int plain = 0;
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (c >= ' ' && c is not ('"' or '\\' or '<' or '>' or '&' or '\u2028' or '\u2029'))
            {
                continue;
            }

            Encoding.UTF8.GetBytes(text.AsSpan(plain, at - plain), target);
            plain = at + 1;
            Encoding.UTF8.GetBytes(c switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => $"\\u{(int)c:x4}" }, target);
        }

        Encoding.UTF8.GetBytes(text.AsSpan(plain), target);
        target.Write("\""u8);
    }
}
