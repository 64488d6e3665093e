namespace EdgeHubSimulator.Routing;

/// <summary>Reads a route from left to right and knows where it is, so that a complaint can say so.</summary>
internal sealed class RouteWords(string route, string text)
{
    private int _at;

    public string Route => route;

    public bool TryTake(string word)
    {
        SkipSpace();
        bool there = Stands(word);
        _at += there ? word.Length : 0;
        return there;
    }

    public void Take(string word)
    {
        if (!TryTake(word))
        {
            throw Complaint($"expected {word}, found {Here()}.");
        }
    }

    public (string Word, int Position) TakeWord(string what)
    {
        SkipSpace();
        int from = _at;
        while (_at < text.Length && !char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }

        return from < _at ? (text[from.._at], from + 1) : throw Complaint($"expected {what}, found {Here()}.");
    }

    public (string Content, int Position) TakeQuoted()
    {
        SkipSpace();
        int from = _at + 1;
        int end = _at < text.Length && text[_at] is '"' or '\'' ? text.IndexOf(text[_at], from) : -1;
        if (end < 0)
        {
            throw Complaint($"expected an endpoint in quotes, found {Here()}.");
        }

        _at = end + 1;
        return (text[from..end], from + 1);
    }

    /// <summary>Everything up to a word that stands outside of quotes.</summary>
    public (string Text, int Position) TakeUntil(string word)
    {
        SkipSpace();
        int from = _at;
        char quote = '\0';
        for (; _at < text.Length; _at++)
        {
            char letter = text[_at];
            if (quote != '\0')
            {
                _at += letter == '\\' ? 1 : 0;
                quote = letter == quote ? '\0' : quote;
            }
            else if (letter is '"' or '\'')
            {
                quote = letter;
            }
            else if (char.IsWhiteSpace(text[_at - 1]) && Stands(word))
            {
                return (text[from.._at], from + 1);
            }
        }

        _at = text.Length;
        throw Complaint($"expected {word}, found the end.");
    }

    public void TakeEnd()
    {
        SkipSpace();
        if (_at < text.Length)
        {
            throw Complaint($"expected the end, found {Here()}.");
        }
    }

    private RouteFormatException Complaint(string complaint) => new(route, _at + 1, complaint);

    private string Here() => _at == text.Length ? "the end" : $"'{text[_at..].Split(' ')[0]}'";

    private bool Stands(string word) => text.AsSpan(_at).StartsWith(word, StringComparison.OrdinalIgnoreCase)
        && (!char.IsLetter(word[^1]) || _at + word.Length == text.Length || !char.IsLetterOrDigit(text[_at + word.Length]));

    private void SkipSpace()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }
    }
}
