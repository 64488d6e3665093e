using System.Buffers.Text;
using System.Globalization;

namespace EdgeDePin.Storage;

/// <summary>Values of line protocol outside quotes: no plus sign, no NaN, no infinity, no hexadecimal, nothing out of range.</summary>
internal static class LineNumbers
{
    /// <summary>10 to the power of the index, exact as a double.</summary>
    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];

    /// <summary>
    /// A value that ends at a comma, a space or the end of the line, and its kind: floats by their bits, booleans as 0 and 1.
    /// What this refuses may still be a value: unsigned integers, for instance, are left to <see cref="Value"/>.
    /// </summary>
    /// <param name="at">Moved behind the value.</param>
    public static bool TryPlain(ReadOnlySpan<byte> text, ref int at, out FieldKind kind, out long bits)
    {
        int start = at, point = -1;
        bool negative = at < text.Length && text[at] == '-';
        at += negative ? 1 : 0;
        ulong digits = 0;
        int first = at;
        for (; at < text.Length; at++)
        {
            uint digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
            }
            else if (text[at] == '.' && point < 0)
            {
                point = at;
            }
            else
            {
                break;
            }
        }

        int count = at - first - (point < 0 ? 0 : 1);
        if (count is > 0 and <= 18)
        {
            // A whole number below 2^53 divided by an exact power of ten is rounded once, as reading the decimal would be.
            // (W. D. Clinger, How to read floating point numbers accurately, 1990)
            if (digits < 1UL << 53 && Ends(text, at))
            {
                double value = digits / PowersOfTen[point < 0 ? 0 : at - point - 1];
                (kind, bits) = (FieldKind.Float, BitConverter.DoubleToInt64Bits(negative ? -value : value));
                return true;
            }

            if (point < 0 && at < text.Length && text[at] == 'i' && Ends(text, at + 1))
            {
                at++;
                (kind, bits) = (FieldKind.Integer, negative ? -(long)digits : (long)digits);
                return true;
            }
        }

        ReadOnlySpan<byte> token = Token(text[start..]);
        at = start + token.Length;
        if (Value(token) is { Kind: FieldKind.Float or FieldKind.Integer or FieldKind.Boolean } other)
        {
            kind = other.Kind;
            bits = kind switch
            {
                FieldKind.Float => BitConverter.DoubleToInt64Bits(other.AsFloat),
                FieldKind.Integer => other.AsInteger,
                _ => other.AsBoolean ? 1 : 0,
            };
            return true;
        }

        (kind, bits) = (default, 0);
        return false;
    }

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

    private static ReadOnlySpan<byte> Token(ReadOnlySpan<byte> text)
    {
        int length = text.IndexOfAny(" ,\r\n"u8);
        return length < 0 ? text : text[..length];
    }

    private static bool Ends(ReadOnlySpan<byte> text, int at) => at == text.Length || text[at] is (byte)',' or (byte)' ' or (byte)'\n' or (byte)'\r';

    private static bool IsDigits(ReadOnlySpan<byte> token) =>
        !token.IsEmpty && !token.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
