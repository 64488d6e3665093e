using System.Buffers.Text;
using System.Globalization;

namespace EdgeDePin.Storage;

/// <summary>
/// The shortest digits that read back as the same double, laid out as Go lays them out: InfluxDB compares and prints numbers
/// in these two forms, .NET in neither (<c>1E-07</c>).
/// </summary>
internal static class ShortestFloat
{
    /// <summary>Room for the longest form: 17 digits behind 21 positions, sign, point and exponent.</summary>
    public const int MaxLength = 64;

    /// <summary>Go's %g with the shortest precision (line protocol): an exponent below 1e-4 and from 1e6 on, two digits at least.</summary>
    public static int FormatGeneral(double value, Span<byte> target) =>
        Format(value, target, below: -4, from: 6, exponentDigits: 2);

    /// <summary>Go's encoding/json: an exponent below 1e-6 and from 1e21 on, without leading zeros.</summary>
    public static int FormatJson(double value, Span<byte> target) =>
        Format(value, target, below: -6, from: 21, exponentDigits: 1);

    private static int Format(double value, Span<byte> target, int below, int from, int exponentDigits)
    {
        Span<byte> digits = stackalloc byte[32];
        // Where neither writes an exponent, both write the same.
        double magnitude = Math.Abs(value);
        if ((magnitude >= 1e-4 && magnitude < 1e6) || magnitude == 0)
        {
            if (TryFewDecimals(magnitude, digits, out int few, out int first))
            {
                target[0] = (byte)'-';
                int sign = value < 0 ? 1 : 0;
                return sign + Positional(digits[..few], first, target[sign..]);
            }

            value.TryFormat(target, out int written, "R", CultureInfo.InvariantCulture);
            return written;
        }

        (int count, int exponent) = Shortest(Math.Abs(value), digits);
        int at = 0;
        if (double.IsNegative(value))
        {
            target[at++] = (byte)'-';
        }

        return exponent < below || exponent >= from
            ? at + Scientific(digits[..count], exponent, exponentDigits, target[at..])
            : at + Positional(digits[..count], exponent, target[at..]);
    }

    // A value of few decimals, which is what sensors say: as a whole number of tenths, hundredths or thousandths it has at most
    // 15 digits, and of those no two read as the same double. Ten times faster than to look for the shortest.
    private static bool TryFewDecimals(double value, Span<byte> digits, out int count, out int exponent)
    {
        (count, exponent) = (0, 0);
        double scale = 1;
        for (int decimals = 0; decimals <= 3; decimals++, scale *= 10)
        {
            double whole = Math.Round(value * scale);
            if (whole is < 1 or >= 1e15 || whole / scale != value)
            {
                continue;
            }

            Utf8Formatter.TryFormat((long)whole, digits, out int length);
            exponent = length - 1 - decimals;
            count = digits[..length].LastIndexOfAnyExcept((byte)'0') + 1;
            return true;
        }

        return false;
    }

    // .NET's "R" has the shortest digits; only their layout differs. Gives the digits without zeros at either end, and the
    // decimal exponent of the first one.
    private static (int Count, int Exponent) Shortest(double value, Span<byte> digits)
    {
        if (TryFewDecimals(value, digits, out int few, out int first))
        {
            return (few, first);
        }

        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        text = text[..length];
        int exponent = 0;
        if (text.IndexOf((byte)'E') is >= 0 and int mark)
        {
            exponent = int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..mark];
        }

        int point = text.IndexOf((byte)'.');
        exponent += (point < 0 ? text.Length : point) - 1;
        int count = 0;
        foreach (byte c in text)
        {
            if (count == 0 && c == '0')
            {
                exponent--;
            }
            else if (c != '.')
            {
                digits[count++] = c;
            }
        }

        count = digits[..count].LastIndexOfAnyExcept((byte)'0') + 1;
        if (count > 0)
        {
            return (count, exponent);
        }

        digits[0] = (byte)'0';
        return (1, 0);
    }

    private static int Scientific(ReadOnlySpan<byte> digits, int exponent, int exponentDigits, Span<byte> target)
    {
        int at = 0;
        target[at++] = digits[0];
        if (digits.Length > 1)
        {
            target[at++] = (byte)'.';
            digits[1..].CopyTo(target[at..]);
            at += digits.Length - 1;
        }

        target[at++] = (byte)'e';
        target[at++] = exponent < 0 ? (byte)'-' : (byte)'+';
        int magnitude = Math.Abs(exponent);
        if (exponentDigits > 1 && magnitude < 10)
        {
            target[at++] = (byte)'0';
        }

        Utf8Formatter.TryFormat(magnitude, target[at..], out int written);
        return at + written;
    }

    private static int Positional(ReadOnlySpan<byte> digits, int exponent, Span<byte> target)
    {
        int at = 0;
        if (exponent < 0)
        {
            "0."u8.CopyTo(target);
            target.Slice(2, -exponent - 1).Fill((byte)'0');
            at = 1 - exponent;
            digits.CopyTo(target[at..]);
            return at + digits.Length;
        }

        for (int position = 0; position < Math.Max(digits.Length, exponent + 1); position++)
        {
            if (position == exponent + 1)
            {
                target[at++] = (byte)'.';
            }

            target[at++] = position < digits.Length ? digits[position] : (byte)'0';
        }

        return at;
    }
}
