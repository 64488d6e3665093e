using System.Collections.Frozen;
using System.Text;

namespace EdgeDePin.Storage.InfluxQl;

/// <summary>
/// Words of InfluxQL. A slash is a division or begins a regular expression depending on what the parser expects, so regular
/// expressions are asked for.
/// </summary>
internal sealed class Lexer(string text)
{
    private static readonly FrozenSet<string> Keywords = """
        ALL ALTER ANALYZE AND ANY AS ASC BEGIN BY CARDINALITY CREATE CONTINUOUS DATABASE DATABASES DEFAULT DELETE DESC
        DESTINATIONS DIAGNOSTICS DISTINCT DROP DURATION END EVERY EXACT EXPLAIN FALSE FIELD FOR FROM GRANT GRANTS GROUP GROUPS
        IN INF INSERT INTO KEY KEYS KILL LIMIT MEASUREMENT MEASUREMENTS NAME OFFSET ON OR ORDER PASSWORD POLICY POLICIES
        PRIVILEGES QUERIES QUERY READ REPLICATION RESAMPLE RETENTION REVOKE SELECT SERIES SET SHARD SHARDS SLIMIT SOFFSET
        STATS SUBSCRIPTION SUBSCRIPTIONS TAG TO TRUE USER USERS VALUES WHERE WITH WRITE
        """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private int _at;
    private bool _wordAtEnd;
    private Token? _peeked;

    public static bool IsKeyword(string word) => Keywords.Contains(word);

    public Token Peek() => _peeked ??= Read();

    public Token Next()
    {
        Token token = Peek();
        _peeked = null;
        return token;
    }

    /// <summary>The next token when it is a regular expression; otherwise null and nothing is consumed.</summary>
    public Token? NextRegex()
    {
        if (!Peek().Is("/"))
        {
            return null;
        }

        Token slash = Next();
        var pattern = new StringBuilder();
        for (; _at < text.Length && text[_at] is not '\n' and not '/'; _at++)
        {
            if (text[_at] == '\\' && _at + 1 < text.Length && text[_at + 1] == '/')
            {
                _at++;
            }

            pattern.Append(text[_at]);
        }

        if (_at == text.Length || text[_at] == '\n')
        {
            throw new InfluxQlException($"error parsing query: bad regex at line {slash.Line}, char {slash.Column}", isParseError: true);
        }

        _at++;
        return slash with { Kind = TokenKind.Regex, Text = pattern.ToString() };
    }

    private Token Read()
    {
        SkipBlanksAndComments();
        int start = _at;
        if (_at == text.Length)
        {
            // InfluxDB counts the end once more when a word has run into it.
            Token end = At(TokenKind.End, "", start);
            return _wordAtEnd ? end with { Column = end.Column + 1 } : end;
        }

        char c = text[_at];
        if (char.IsAsciiLetter(c) || c == '_')
        {
            return Word(start);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
        {
            return Number(start);
        }

        if (c is '"' or '\'')
        {
            return Quoted(c, start);
        }

        string two = _at + 1 < text.Length ? text.Substring(_at, 2) : "";
        _at += two is "!=" or "<>" or "<=" or ">=" or "=~" or "!~" or "::" ? 2 : 1;
        return At(TokenKind.Symbol, text[start.._at], start);
    }

    private Token Word(int start)
    {
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
        {
            _at++;
        }

        _wordAtEnd = _at == text.Length;
        string word = text[start.._at];
        return Keywords.Contains(word)
            ? At(TokenKind.Keyword, word.ToUpperInvariant(), start)
            : At(TokenKind.Identifier, word, start);
    }

    // 1h30m is one duration; 1e3 looks like one to InfluxDB and is refused.
    private Token Number(int start)
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        if (_at < text.Length && (char.IsAsciiLetter(text[_at]) || text[_at] == 'µ'))
        {
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == 'µ'))
            {
                _at++;
            }

            return At(TokenKind.Duration, text[start.._at], start);
        }

        if (_at == text.Length || text[_at] != '.')
        {
            return At(TokenKind.Integer, text[start.._at], start);
        }

        _at++;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        return At(TokenKind.Number, text[start.._at], start);
    }

    private Token Quoted(char quote, int start)
    {
        var content = new StringBuilder();
        for (_at++; _at < text.Length && text[_at] != quote; _at++)
        {
            char c = text[_at];
            if (c == '\n')
            {
                break;
            }

            if (c == '\\')
            {
                c = ++_at == text.Length ? '\0' : text[_at] switch { 'n' => '\n', '\\' => '\\', '"' => '"', '\'' => '\'', _ => '\0' };
                if (c == '\0')
                {
                    throw Bad("bad escape", start);
                }
            }

            content.Append(c);
        }

        if (_at == text.Length || text[_at] != quote)
        {
            throw Bad("unterminated quote", start);
        }

        _at++;
        return At(quote == '"' ? TokenKind.Identifier : TokenKind.Text, content.ToString(), start);
    }

    private InfluxQlException Bad(string what, int start)
    {
        Token at = At(TokenKind.Symbol, "", start);
        return new InfluxQlException($"error parsing query: {what} at line {at.Line}, char {at.Column}", isParseError: true);
    }

    private void SkipBlanksAndComments()
    {
        while (_at < text.Length)
        {
            if (text[_at] is ' ' or '\t' or '\n' or '\r')
            {
                _at++;
            }
            else if (text.AsSpan(_at).StartsWith("--"))
            {
                int end = text.IndexOf('\n', _at);
                _at = end < 0 ? text.Length : end + 1;
            }
            else if (text.AsSpan(_at).StartsWith("/*"))
            {
                int end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                _at = end < 0 ? text.Length : end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private Token At(TokenKind kind, string content, int start)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, start);
        return new Token(kind, content, before.Count('\n') + 1, start - (before.LastIndexOf('\n') + 1) + 1);
    }
}
