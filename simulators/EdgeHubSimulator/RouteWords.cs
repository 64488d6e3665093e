namespace EdgeHubSimulator;

/// <summary>Reads a route from left to right and knows where it is, so that a complaint can say so.</summary>
internal sealed class RouteWords(string route, string text)
{
    private int _at;

    public string Route => route;

    public bool TryTake(string word)
    {
        SkipSpace();
        bool there = text.AsSpan(_at).StartsWith(word, StringComparison.OrdinalIgnoreCase)
            && (!char.IsLetter(word[^1]) || _at + word.Length == text.Length || !char.IsLetterOrDigit(text[_at + word.Length]));
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

    private void SkipSpace()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }
    }
}
