namespace EdgeDePin.Storage.InfluxQl;

internal enum TokenKind
{
    End,
    Identifier,
    Keyword,
    Text,
    Integer,
    Number,
    Duration,
    Regex,
    Symbol,
}

/// <param name="Text">Unescaped and without quotes; keywords in upper case.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line, int Column)
{
    public bool Is(string symbolOrKeyword) => Kind is TokenKind.Symbol or TokenKind.Keyword && Text == symbolOrKeyword;

    /// <summary>A word that is no keyword but means something where it stands: fill, time, tz.</summary>
    public bool IsWord(string word) => Kind == TokenKind.Identifier && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>As InfluxDB 1.6 words it.</summary>
    public InfluxQlException Unexpected(string expected) =>
        new($"error parsing query: found {(Kind == TokenKind.End ? "EOF" : Text)}, expected {expected} at line {Line}, char {Column}", isParseError: true);
}
