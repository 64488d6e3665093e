using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;

namespace EdgeDePin.Storage;

/// <summary>
/// One pass over the bytes of a batch of lines. Rules and their oddities (there is no escape for the backslash outside
/// strings; quotes mean nothing outside them) are those of the corpus of influxdata/line-protocol-corpus.
/// </summary>
internal ref struct LineReader(ReadOnlySpan<byte> text, long defaultInstant, long precision)
{
    private const long LargestInstant = long.MaxValue - 1;

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at = 0;
    private int _line = 1;
    private int _lineStart = 0;

    /// <summary>What the failing step says; null while all is well.</summary>
    private string? _problem = null;

    /// <summary>The byte to be read next.</summary>
    public readonly int At => _at;

    /// <summary>Reads points until the end (null) or the first problem.</summary>
    /// <param name="most">Stops behind the line with which the list has so many.</param>
    public LineError? Next(List<Point> points, int most = int.MaxValue)
    {
        while (_at < _text.Length && points.Count < most)
        {
            switch (_text[_at])
            {
                case (byte)' ':
                    _at++;
                    break;
                case (byte)'\n':
                case (byte)'\r':
                    EndOfLine();
                    break;
                case (byte)'#':
                    Comment();
                    break;
                default:
                    if (ReadPoint() is { } point)
                    {
                        points.Add(point);
                    }

                    break;
            }

            if (_problem is not null)
            {
                var error = new LineError(_line, _at - _lineStart + 1, _problem);
                _problem = null;
                return error;
            }
        }

        return null;
    }

    /// <summary>After a problem: on to what follows the next line feed.</summary>
    public void SkipLine()
    {
        int end = _text[_at..].IndexOf((byte)'\n');
        _at = end < 0 ? _text.Length : _at + end + 1;
        (_line, _lineStart) = (_line + 1, _at);
    }

    /// <summary>Goes on behind a line that was read by another.</summary>
    public void EndLineAt(int next) => (_at, _line, _lineStart) = (next, _line + 1, next);

    private Point? ReadPoint()
    {
        string? measurement = Name(", ", "measurement");
        ImmutableArray<Tag> tags = measurement is null ? [] : ReadTags();
        if (_problem is null && !Skip(' '))
        {
            _problem = "a space and fields must follow the measurement and its tags";
        }

        ImmutableArray<Field> fields = _problem is null ? ReadFields() : [];
        long instant = _problem is null ? ReadInstant() : 0;
        if (_problem is null)
        {
            EndOfLine();
        }

        return _problem is null ? Point.Checked(measurement!, tags, fields, instant) : null;
    }

    private ImmutableArray<Tag> ReadTags()
    {
        if (Peek() != ',')
        {
            return [];
        }

        ImmutableArray<Tag>.Builder tags = ImmutableArray.CreateBuilder<Tag>();
        while (_problem is null && Take(','))
        {
            string? key = Key("tag key");
            string? value = key is null ? null : Name(",= ", "tag value", isTagValue: true);
            if (value is not null && Peek() == '=')
            {
                _problem = "a tag value holds an unescaped '='";
            }

            if (_problem is null)
            {
                tags.Add(new Tag(key!, value!));
            }
        }

        ImmutableArray<Tag> sorted = Point.Sorted(tags.DrainToImmutable());
        for (int at = 1; at < sorted.Length; at++)
        {
            if (sorted[at].Key == sorted[at - 1].Key)
            {
                _problem ??= $"tag '{sorted[at].Key}' stands twice";
            }
        }

        return sorted;
    }

    private ImmutableArray<Field> ReadFields()
    {
        ImmutableArray<Field>.Builder fields = ImmutableArray.CreateBuilder<Field>(4);
        do
        {
            if (Key("field key") is { } key && ReadValue() is { } value)
            {
                fields.Add(new Field(key, value));
            }
        }
        while (_problem is null && Take(','));
        return fields.DrainToImmutable();
    }

    private FieldValue? ReadValue()
    {
        if (Take('"'))
        {
            return ReadString() is { } content ? FieldValue.String(content) : null;
        }

        int length = _text[_at..].IndexOfAny(" ,\r\n"u8);
        ReadOnlySpan<byte> token = _text.Slice(_at, length < 0 ? _text.Length - _at : length);
        if (LineNumbers.Value(token) is { } value)
        {
            _at += token.Length;
            return value;
        }

        _problem = $"'{Encoding.UTF8.GetString(token[..Math.Min(token.Length, 40)])}' is no number (1.5, 2i, 2u), no boolean (true) and no string (\"text\")";
        return null;
    }

    private string? ReadString()
    {
        int start = _at;
        bool escaped = false;
        for (; _at < _text.Length; _at++)
        {
            byte c = _text[_at];
            if (c == '"')
            {
                return Text(_text[start.._at++], escaped ? "\"\\" : null);
            }

            if (c == '\n')
            {
                (_line, _lineStart) = (_line + 1, _at + 1);
            }
            else if (c == '\\' && _at + 1 < _text.Length)
            {
                escaped |= _text[_at + 1] is (byte)'"' or (byte)'\\';
                _at++;
            }
        }

        _problem = "a string has no closing quote";
        return null;
    }

    private long ReadInstant()
    {
        if (Peek() != ' ')
        {
            return defaultInstant;
        }

        Skip(' ');
        int length = _text[_at..].IndexOfAny(" \r\n"u8);
        ReadOnlySpan<byte> token = _text.Slice(_at, length < 0 ? _text.Length - _at : length);
        if (token.IsEmpty)
        {
            return defaultInstant;
        }

        if (!LineNumbers.TryInteger(token, out long units)
            || (Int128)units * precision is var instant && (instant > LargestInstant || instant < -LargestInstant))
        {
            _problem = "the timestamp is no whole number, or beyond the years 1677 to 2262";
            return 0;
        }

        _at += token.Length;
        Skip(' ');
        return (long)instant;
    }

    private string? Key(string what)
    {
        string? key = Name(",= ", what);
        if (key is not null && !Take('='))
        {
            _problem = $"'=' must follow the {what} '{key}'";
            return null;
        }

        return key;
    }

    // A run of backslashes belongs to the character behind it: where that is special the last backslash goes and the
    // character is literal, otherwise everything stays.
    private string? Name(string special, string what, bool isTagValue = false)
    {
        int start = _at;
        bool escaped = false;
        while (_at < _text.Length && !special.Contains((char)_text[_at], StringComparison.Ordinal))
        {
            bool run = false;
            while (_at < _text.Length && _text[_at] == '\\')
            {
                run = true;
                _at++;
            }

            if (_at == _text.Length)
            {
                if (run)
                {
                    _problem = $"a backslash ends the {what}";
                    return null;
                }

                break;
            }

            byte c = _text[_at];
            if (IsControl(c) && (run || !isTagValue || _at == start || c is (byte)'\n' or (byte)'\r'))
            {
                if (isTagValue && !run && _at > start)
                {
                    break;
                }

                _problem = $"a control character (0x{c:X2}) stands in the {what}";
                return null;
            }

            escaped |= run && special.Contains((char)c, StringComparison.Ordinal);
            _at++;
        }

        if (_at == start)
        {
            _problem = $"the {what} is missing";
            return null;
        }

        return Text(_text[start.._at], escaped ? special : null);
    }

    private string? Text(ReadOnlySpan<byte> raw, string? escapable)
    {
        if (!Utf8.IsValid(raw))
        {
            _problem = "not UTF-8";
            return null;
        }

        if (escapable is null)
        {
            return Encoding.UTF8.GetString(raw);
        }

        Span<byte> plain = raw.Length <= 256 ? stackalloc byte[256] : new byte[raw.Length];
        int length = 0;
        for (int at = 0; at < raw.Length; at++)
        {
            bool drop = raw[at] == '\\' && at + 1 < raw.Length && escapable.Contains((char)raw[at + 1], StringComparison.Ordinal);
            plain[length++] = raw[drop ? ++at : at];
        }

        return Encoding.UTF8.GetString(plain[..length]);
    }

    private void Comment()
    {
        int length = _text[_at..].IndexOf((byte)'\n');
        int end = length < 0 ? _text.Length : _at + length;
        int last = end > _at && _text[end - 1] == '\r' ? end - 1 : end;
        for (; _at < last; _at++)
        {
            if (IsControl(_text[_at]) && _text[_at] != '\t')
            {
                _problem = "a control character stands in a comment";
                return;
            }
        }

        EndOfLine();
    }

    private void EndOfLine()
    {
        if (_at < _text.Length && _text[_at] == '\r')
        {
            _at++;
            if (_at < _text.Length && _text[_at] != '\n')
            {
                _at--;
                _problem = "a carriage return without a line feed";
                return;
            }
        }

        if (_at < _text.Length && _text[_at] != '\n')
        {
            _problem = "the end of the line was expected";
            return;
        }

        _at = Math.Min(_at + 1, _text.Length);
        (_line, _lineStart) = (_line + 1, _at);
    }

    private static bool IsControl(byte c) => c is < 0x20 or 0x7F;

    private readonly int Peek() => _at < _text.Length ? _text[_at] : -1;

    private bool Take(char c)
    {
        bool taken = Peek() == c;
        _at += taken ? 1 : 0;
        return taken;
    }

    private bool Skip(char c)
    {
        int start = _at;
        while (Peek() == c)
        {
            _at++;
        }

        return _at > start;
    }
}
