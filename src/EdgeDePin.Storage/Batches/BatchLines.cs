using System.Text;

namespace EdgeDePin.Storage.Batches;

/// <summary>
/// Lines into a batch. A line is read in one pass over its bytes where its series and fields have been met before and its
/// numbers are plain; every other line goes to <see cref="LineReader"/>, which alone knows all rules and says what is wrong.
/// So the quick way may give up at any doubt, and must never take what the other would read otherwise.
/// </summary>
internal ref struct BatchLines(ReadOnlySpan<byte> text, long defaultInstant, long precision, PointBatch batch)
{
    private const long LargestInstant = long.MaxValue - 1;

    /// <summary>Columns tried for a field; a line that jumps about among more is read by the rules.</summary>
    private const int MostTried = 16;

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly List<Point> _one = new(1);
    private LineReader _reader = new(text, defaultInstant, precision);

    /// <summary>Reads all lines.</summary>
    /// <returns>What was wrong with some of them; what was right is in the batch.</returns>
    public static List<LineError> Read(ReadOnlySpan<byte> text, long defaultInstant, long precision, PointBatch batch)
    {
        var errors = new List<LineError>();
        var lines = new BatchLines(text, defaultInstant - (defaultInstant % precision), precision, batch);
        while (lines.Next() is { } problem)
        {
            errors.Add(problem);
            lines._reader.SkipLine();
        }

        return errors;
    }

    private LineError? Next()
    {
        while (_reader.At < _text.Length)
        {
            int start = _reader.At;
            if (TryLine(start, out int next))
            {
                _reader.EndLineAt(next);
                continue;
            }

            _one.Clear();
            if (_reader.Next(_one, most: 1) is { } problem)
            {
                return problem;
            }

            if (_one.Count == 1)
            {
                (BatchTable table, BatchSeries series) = batch.Add(_one[0]);
                if (_text[start] is not ((byte)' ' or (byte)'#' or (byte)'\r' or (byte)'\n'))
                {
                    batch.Heads.Add(_text[start..], table, series);
                }
            }
        }

        return null;
    }

    private readonly bool TryLine(int start, out int next)
    {
        next = 0;
        if (batch.Heads.Find(_text[start..]) is not { } head)
        {
            return false;
        }

        if (TryFields(head.Table, start + head.Raw.Length + 1, out int at) && TryEnd(at, out long instant, out next))
        {
            batch.End(head.Table, head.Series, instant);
            return true;
        }

        head.Table.UndoRow();
        return false;
    }

    private readonly bool TryFields(BatchTable table, int at, out int end)
    {
        end = 0;
        int row = table.Rows, guess = 0;
        while (true)
        {
            if (Column(table, _text[at..], ref guess) is not { } column)
            {
                return false;
            }

            at += column.Raw.Length;
            if (at < _text.Length && _text[at] == '"')
            {
                if (column.Kind != FieldKind.String || column.Has(row) || !TryText(ref at, out string? content))
                {
                    return false;
                }

                column.Add(row, content!);
            }
            else
            {
                BatchColumn? typed = !LineNumbers.TryPlain(_text, ref at, out FieldKind kind, out long bits) ? null
                    : column.Kind == kind ? column
                    : table.Find(column.Key, kind);
                if (typed is null || typed.Has(row))
                {
                    return false;
                }

                typed.Add(row, bits);
            }

            if (at == _text.Length || _text[at] != ',')
            {
                end = at;
                return true;
            }

            at++;
        }
    }

    private static BatchColumn? Column(BatchTable table, ReadOnlySpan<byte> rest, ref int guess)
    {
        List<BatchColumn> columns = table.Columns;
        for (int tried = 0; tried < Math.Min(columns.Count, MostTried); tried++)
        {
            guess = guess < columns.Count ? guess : 0;
            BatchColumn column = columns[guess++];
            if (column.Raw.Length > 0 && rest.StartsWith(column.Raw))
            {
                return column;
            }
        }

        return null;
    }

    private readonly bool TryText(ref int at, out string? content)
    {
        content = null;
        ReadOnlySpan<byte> rest = _text[(at + 1)..];
        int length = rest.IndexOfAny((byte)'"', (byte)'\\', (byte)'\n');
        if (length < 0 || rest[length] != '"' || !System.Text.Unicode.Utf8.IsValid(rest[..length]))
        {
            return false;
        }

        content = Encoding.UTF8.GetString(rest[..length]);
        at += length + 2;
        return true;
    }

    // A timestamp or none, and the end of the line.
    private readonly bool TryEnd(int at, out long instant, out int next)
    {
        instant = defaultInstant;
        next = 0;
        if (at < _text.Length && _text[at] == ' ')
        {
            at++;
            bool negative = at < _text.Length && _text[at] == '-';
            at += negative ? 1 : 0;
            int first = at;
            ulong units = 0;
            for (; at < _text.Length && (uint)(_text[at] - '0') <= 9; at++)
            {
                units = (units * 10) + (uint)(_text[at] - '0');
            }

            // 19 digits cannot overflow 64 bits.
            if (at - first is 0 or > 19 || units > (ulong)(LargestInstant / precision))
            {
                return false;
            }

            instant = (negative ? -(long)units : (long)units) * precision;
        }

        if (at < _text.Length && _text[at] == '\r')
        {
            at++;
            if (at == _text.Length)
            {
                return false;
            }
        }

        if (at < _text.Length && _text[at] != '\n')
        {
            return false;
        }

        next = Math.Min(at + 1, _text.Length);
        return true;
    }
}
