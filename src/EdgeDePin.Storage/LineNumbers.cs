using System.Buffers.Text;
using System.Globalization;

namespace EdgeDePin.Storage;

/// <summary>Values of line protocol outside quotes: no plus sign, no NaN, no infinity, no hexadecimal, nothing out of range.</summary>
internal static class LineNumbers
{
    public static FieldValue? Value(ReadOnlySpan<byte> token)
    {
        if (token.IsEmpty)
        {
            return null;
        }

        switch (token[^1])
        {
            case (byte)'i':
                return TryInteger(token[..^1], out long integer) ? FieldValue.Integer(integer) : null;
            case (byte)'u':
                return IsDigits(token[..^1]) && Utf8Parser.TryParse(token[..^1], out ulong unsigned, out int used) && used == token.Length - 1
                    ? FieldValue.Unsigned(unsigned) : null;
            default:
                return Boolean(token) is { } truth ? FieldValue.Boolean(truth) : Float(token);
        }
    }

    public static bool TryInteger(ReadOnlySpan<byte> token, out long value)
    {
        value = 0;
        return IsDigits(token is [(byte)'-', ..] ? token[1..] : token)
            && Utf8Parser.TryParse(token, out value, out int used) && used == token.Length;
    }

    private static bool? Boolean(ReadOnlySpan<byte> token) =>
        token.SequenceEqual("t"u8) || token.SequenceEqual("T"u8) || token.SequenceEqual("true"u8)
            || token.SequenceEqual("True"u8) || token.SequenceEqual("TRUE"u8) ? true
        : token.SequenceEqual("f"u8) || token.SequenceEqual("F"u8) || token.SequenceEqual("false"u8)
            || token.SequenceEqual("False"u8) || token.SequenceEqual("FALSE"u8) ? false
        : null;

    // ["-"] ( digits ["." [digits]] [exponent] | "." digits [exponent] )
    private static FieldValue? Float(ReadOnlySpan<byte> token)
    {
        ReadOnlySpan<byte> rest = token is [(byte)'-', ..] ? token[1..] : token;
        int mark = rest.IndexOfAny((byte)'e', (byte)'E');
        if (mark >= 0)
        {
            ReadOnlySpan<byte> exponent = rest[(mark + 1)..];
            if (!IsDigits(exponent is [(byte)'-' or (byte)'+', ..] ? exponent[1..] : exponent))
            {
                return null;
            }

            rest = rest[..mark];
        }

        int point = rest.IndexOf((byte)'.');
        bool valid = point < 0 ? IsDigits(rest)
            : (point == 0 ? IsDigits(rest[1..]) : IsDigits(rest[..point]) && (point == rest.Length - 1 || IsDigits(rest[(point + 1)..])));
        return valid && double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? FieldValue.Float(value)
            : null;
    }

    private static bool IsDigits(ReadOnlySpan<byte> token) =>
        !token.IsEmpty && !token.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
