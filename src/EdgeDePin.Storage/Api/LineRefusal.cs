using System.Text;

namespace EdgeDePin.Storage;

/// <summary>A line that was not taken, in the words of InfluxDB 1.6.7, which clients search for.</summary>
internal static class LineRefusal
{
    /// <summary>Longer lines are cut in messages.</summary>
    private const int MaxShown = 200;

    public static string Of(LineError error, string line) =>
        $"unable to parse '{(line.Length > MaxShown ? line[..MaxShown] + "…" : line)}': {Reason(error, line)}";

    /// <summary>The lines with the numbers of the errors, in one pass.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<LineError> errors, ReadOnlyMemory<byte> body)
    {
        int number = 1, start = 0;
        foreach (LineError error in errors)
        {
            while (number < error.Line && body.Span[start..].IndexOf((byte)'\n') is var end and >= 0)
            {
                start += end + 1;
                number++;
            }

            int length = body.Span[start..].IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = body.Span.Slice(start, length < 0 ? body.Length - start : length);
            yield return Of(error, Encoding.UTF8.GetString(line[..Math.Min(line.Length, 4 * MaxShown)]));
        }
    }

    // Where 1.6.7 has no word for it, ours say what is wrong: control characters, text that is not UTF-8.
    private static string Reason(LineError error, string line)
    {
        bool Says(string part) => error.Message.Contains(part, StringComparison.Ordinal);
        return error.Message switch
        {
            "the measurement is missing" => "missing measurement",
            "the tag key is missing" => "missing tag key",
            "the tag value is missing" => "missing tag value",
            "the field key is missing" => line.EndsWith(',') ? "invalid field format" : "missing field key",
            // The end of the line where a name should have gone on.
            "a control character (0x0A) stands in the measurement" => "missing fields",
            "a control character (0x0A) stands in the tag key" => line.EndsWith(',') ? "missing tag key" : "missing tag value",
            "a control character (0x0A) stands in the tag value" => "missing tag value",
            "a control character (0x0A) stands in the field key" => "invalid field format",
            "a string has no closing quote" => "unbalanced quotes",
            "the end of the line was expected" => "point is invalid",
            _ when Says("must follow the tag key") => "missing tag value",
            _ when Says("must follow the field key") => "invalid field format",
            _ when Says("a space and fields must follow") => "missing fields",
            _ when Says("stands twice") => "duplicate tags",
            _ when Says("'' is no number") => "missing field value",
            _ when Says("is no number") => error.Message.Length > 1 && error.Message[1] is 't' or 'T' or 'f' or 'F' ? "invalid boolean" : "invalid number",
            _ when Says("the timestamp is no whole number") => "bad timestamp",
            _ => error.Message,
        };
    }
}
