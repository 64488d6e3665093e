namespace EdgeDePin.Storage;

/// <summary>
/// What <c>/api/v2/delete</c> chooses by: <c>_measurement="m" AND host="a"</c>, comparisons by equality joined by AND, as
/// InfluxDB 2 has it.
/// </summary>
/// <param name="Measurement">Null is every measurement.</param>
internal sealed record DeletePredicate(string? Measurement, IReadOnlyList<Tag> Tags)
{
    /// <exception cref="FormatException">Another operator, OR, or no comparison at all; the message says where.</exception>
    public static DeletePredicate Parse(string? text)
    {
        string? measurement = null;
        var tags = new List<Tag>();
        int at = 0;
        for (bool first = true; Skip(text ?? "", ref at) < (text ?? "").Length; first = false)
        {
            if (!first && !Word(text!, ref at).Equals("AND", StringComparison.OrdinalIgnoreCase))
            {
                throw new FormatException($"the predicate needs AND before byte {at} of '{text}'; nothing else joins comparisons here");
            }

            string key = Operand(text!, ref at);
            if (Skip(text!, ref at) == text!.Length || text[at] != '=' || (at + 1 < text.Length && text[at + 1] is '~' or '='))
            {
                throw new FormatException($"the predicate needs '=' at byte {at} of '{text}'; other operators delete nothing here");
            }

            at++;
            string value = Operand(text, ref at);
            if (key == "_measurement")
            {
                measurement = value;
            }
            else
            {
                tags.Add(new Tag(key, value));
            }
        }

        return new DeletePredicate(measurement, tags);
    }

    private static int Skip(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        return at;
    }

    private static string Word(string text, ref int at)
    {
        int start = Skip(text, ref at);
        while (at < text.Length && text[at] is not (' ' or '=' or '!' or '"' or '\''))
        {
            at++;
        }

        return at > start ? text[start..at] : throw new FormatException($"the predicate needs a name at byte {start} of '{text}'");
    }

    private static string Operand(string text, ref int at)
    {
        if (Skip(text, ref at) == text.Length || text[at] is not ('"' or '\''))
        {
            return Word(text, ref at);
        }

        char quote = text[at++];
        var content = new System.Text.StringBuilder();
        for (; at < text.Length && text[at] != quote; at++)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            content.Append(text[at]);
        }

        return at++ < text.Length ? content.ToString() : throw new FormatException($"a quote is not closed in the predicate '{text}'");
    }
}
