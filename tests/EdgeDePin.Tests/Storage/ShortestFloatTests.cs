using System.Globalization;
using System.Text;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage;

/// <summary>The digits are those of .NET's round trip, whichever way they were found.</summary>
public sealed class ShortestFloatTests
{
    [Fact]
    public void Digits_are_the_shortest_that_read_back_as_the_same_value()
    {
        var random = new Random(20261123);
        for (int round = 0; round < 200_000; round++)
        {
            double value = random.Next(5) switch
            {
                0 => random.NextInt64(-1_000_000, 1_000_000) / 100.0,
                1 => random.NextInt64(-(1L << 60), 1L << 60) / 1_000.0,
                2 => BitConverter.Int64BitsToDouble(random.NextInt64()),
                3 => Math.BitIncrement(random.Next(100_000) / 1_000.0),
                _ => random.Next(-1_000_000, 1_000_000) * Math.Pow(10, random.Next(-8, 12)),
            };
            if (!double.IsFinite(value))
            {
                continue;
            }

            byte[] text = new byte[ShortestFloat.MaxLength];
            string general = Encoding.ASCII.GetString(text, 0, ShortestFloat.FormatGeneral(value, text));
            string json = Encoding.ASCII.GetString(text, 0, ShortestFloat.FormatJson(value, text));
            foreach (string form in (string[])[general, json])
            {
                Assert.True(BitConverter.DoubleToInt64Bits(value) == BitConverter.DoubleToInt64Bits(double.Parse(form, CultureInfo.InvariantCulture)), $"{form} for {value:R}");
                Assert.True(Digits(form) == Digits(value.ToString("R", CultureInfo.InvariantCulture)), $"{form} for {value:R}");
            }
        }
    }

    private static string Digits(string number)
    {
        string mantissa = number.Split('e', 'E')[0];
        string digits = string.Concat(mantissa.Where(char.IsAsciiDigit)).TrimStart('0');
        return digits.TrimEnd('0');
    }
}
