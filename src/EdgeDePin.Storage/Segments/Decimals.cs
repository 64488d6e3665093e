namespace EdgeDePin.Storage.Segments;

/// <summary>Floats as whole numbers of their last decimal, where that is exact.</summary>
internal static class Decimals
{
    /// <summary>Says that floats are stored by their bits.</summary>
    public const int None = 255;

    /// <summary>More are no reading of a sensor, and each has to be tried.</summary>
    private const int Most = 9;

    /// <summary>A whole number beyond it may not be exact as a double.</summary>
    private const double LargestExact = 1L << 53;

    private static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    /// <param name="bits">Of finite floats.</param>
    /// <param name="mantissas">Receives the whole numbers.</param>
    /// <returns>How many decimals they all have; -1 when some have none that bring them back to the bit.</returns>
    public static int Of(ReadOnlySpan<long> bits, Span<long> mantissas)
    {
        int decimals = 0;
        for (int at = 0; at < bits.Length; at++)
        {
            while (!TryMantissa(bits[at], PowersOfTen[decimals], out mantissas[at]))
            {
                if (++decimals > Most)
                {
                    return -1;
                }

                for (int before = 0; before < at; before++)
                {
                    mantissas[before] *= 10;
                    if (Math.Abs(mantissas[before]) >= LargestExact)
                    {
                        return -1;
                    }
                }
            }
        }

        return decimals;
    }

    public static long Bits(long mantissa, int decimals) => BitConverter.DoubleToInt64Bits(mantissa / PowersOfTen[decimals]);

    /// <exception cref="InvalidDataException">No such number of decimals is ever written.</exception>
    public static void Check(ulong decimals)
    {
        if (decimals is > Most and not None)
        {
            throw new InvalidDataException($"{decimals} decimals were never written.");
        }
    }

    // Compared by the bits, so that the sign of a zero is kept.
    private static bool TryMantissa(long bits, double power, out long mantissa)
    {
        double scaled = Math.Round(BitConverter.Int64BitsToDouble(bits) * power);
        mantissa = Math.Abs(scaled) < LargestExact ? (long)scaled : 0;
        return BitConverter.DoubleToInt64Bits(mantissa / power) == bits;
    }
}
