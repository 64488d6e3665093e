using System.Globalization;

namespace EdgeHubSimulator.Routing;

internal enum ConditionTokenKind
{
    End,
    Name,

    /// <summary><c>$name</c>.</summary>
    System,

    /// <summary><c>{$name}</c>: a system property even where the application has one of that name.</summary>
    Braced,
    Number,
    Text,
    Sign,
}

/// <param name="At">Place in the condition, from 0.</param>
internal readonly record struct ConditionToken(ConditionTokenKind Kind, string Text, double Number, int At)
{
    public bool IsSign(string sign) => Kind == ConditionTokenKind.Sign && Text == sign;

    public bool IsWord(string word) => Kind == ConditionTokenKind.Name && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A condition cut into words, numbers, texts and signs.</summary>
internal static class ConditionLexer
{
    private static readonly string[] Signs = ["??", "||", "<=", ">=", "!=", "<>", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", ","];

    /// <exception cref="FormatException">A character that belongs to nothing; the message names it and its place, from 1.</exception>
    public static IReadOnlyList<ConditionToken> Read(string text)
    {
        var tokens = new List<ConditionToken>();
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                tokens.Add(new ConditionToken(ConditionTokenKind.End, "the end", 0, at));
                return tokens;
            }

            tokens.Add(Next(text, ref at));
        }
    }

    private static ConditionToken Next(string text, ref int at)
    {
        int from = at;
        char first = text[at];
        if (first is '"' or '\'')
        {
            return new ConditionToken(ConditionTokenKind.Text, Quoted(text, ref at), 0, from);
        }

        if (char.IsAsciiDigit(first))
        {
            return NumberAt(text, ref at);
        }

        if (first == '{')
        {
            int end = text.IndexOf('}', at);
            string name = end < 0 ? "" : text[(at + 1)..end].Trim();
            at = end + 1;
            return name.Length > 1 && name[0] == '$'
                ? new ConditionToken(ConditionTokenKind.Braced, name[1..], 0, from)
                : throw Wrong(from, "braces hold the name of a system property, {$name}");
        }

        if (first == '$' || char.IsAsciiLetter(first) || first == '_')
        {
            at++;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || "_.[]$".Contains(text[at], StringComparison.Ordinal)))
            {
                at++;
            }

            string word = text[from..at];
            return first == '$'
                ? new ConditionToken(ConditionTokenKind.System, word[1..], 0, from)
                : new ConditionToken(ConditionTokenKind.Name, word, 0, from);
        }

        string rest = text[from..];
        string sign = Signs.FirstOrDefault(known => rest.StartsWith(known, StringComparison.Ordinal)) ?? throw Wrong(from, $"'{first}' means nothing here");
        at += sign.Length;
        return new ConditionToken(ConditionTokenKind.Sign, sign, 0, from);
    }

    private static string Quoted(string text, ref int at)
    {
        int from = at;
        char quote = text[at++];
        var content = new System.Text.StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            content.Append(text[at++]);
        }

        return at++ < text.Length ? content.ToString() : throw Wrong(from, "the text has no closing quote");
    }

    private static ConditionToken NumberAt(string text, ref int at)
    {
        int from = at;
        if (text.AsSpan(at).StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            for (at += 2; at < text.Length && char.IsAsciiHexDigit(text[at]); at++)
            {
            }

            return ulong.TryParse(text.AsSpan(from + 2, at - from - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits)
                ? new ConditionToken(ConditionTokenKind.Number, text[from..at], bits, from)
                : throw Wrong(from, $"'{text[from..at]}' is no hexadecimal number");
        }

        for (at++; at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.' || IsExponent(text, at)); at++)
        {
        }

        return double.TryParse(text.AsSpan(from, at - from), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? new ConditionToken(ConditionTokenKind.Number, text[from..at], number, from)
            : throw Wrong(from, $"'{text[from..at]}' is no number");
    }

    private static bool IsExponent(string text, int at) =>
        text[at] is 'e' or 'E' || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E');

    private static FormatException Wrong(int at, string complaint) => new($"condition, character {at + 1}: {complaint}.");
}
