using System.Text;

namespace EdgeDePin.Tests.Storage.Fuzz;

/// <summary>Inputs that almost make sense: pieces of good ones, put together and damaged.</summary>
internal static class Mutation
{
    private static readonly byte[] Special = [.. " ,=\"\\\n\r#\t0-1eiutf.'/();*:$"u8, 0, 0x7F, 0xC3, 0xE2, 0xFF];

    private static readonly string[] Numbers =
        ["0", "-0", "1e400", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616i", "0x1", "1.", ".5", "1e", "NaN", "99999999w", "1ns", "\u00B5"];

    public static byte[] Bytes(Random random, byte[] seed, Func<byte[]> another)
    {
        List<byte> bytes = [.. seed];
        for (int mutations = random.Next(1, 6); mutations > 0; mutations--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(7))
            {
                case 0:
                    bytes.Insert(at, Special[random.Next(Special.Length)]);
                    break;
                case 1 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 6), bytes.Count - at));
                    break;
                case 2 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Numbers[random.Next(Numbers.Length)]));
                    break;
                case 4 when at < bytes.Count:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)));
                    break;
                case 5:
                    bytes.InsertRange(at, Enumerable.Repeat(Special[random.Next(Special.Length)], 1 << random.Next(8)));
                    break;
                default:
                    byte[] other = another();
                    bytes.InsertRange(at, other.Skip(random.Next(other.Length + 1)).Take(200));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>The same with words instead of bytes, so that more of them still mean something.</summary>
    public static string Words(Random random, string seed, Func<string> another)
    {
        List<string> words = [.. Split(seed)];
        for (int mutations = random.Next(1, 5); mutations > 0; mutations--)
        {
            string[] other = [.. Split(another())];
            int at = random.Next(words.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < words.Count:
                    words.RemoveAt(at);
                    break;
                case 1 when at < words.Count:
                    words[at] = other[random.Next(other.Length)];
                    break;
                case 2 when at < words.Count:
                    words.Insert(at, words[random.Next(words.Count)]);
                    break;
                case 3:
                    words.Insert(at, Numbers[random.Next(Numbers.Length)]);
                    break;
                case 4:
                    int from = random.Next(other.Length);
                    words.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(1, 8))]);
                    break;
                default:
                    words.Insert(at, Encoding.Latin1.GetString([Special[random.Next(Special.Length)]]));
                    break;
            }
        }

        return string.Concat(words);
    }

    // Runs of letters and digits, and each other character by itself.
    private static IEnumerable<string> Split(string text)
    {
        int from = 0;
        for (int at = 1; at <= text.Length; at++)
        {
            if (at == text.Length || !char.IsLetterOrDigit(text[at]) || !char.IsLetterOrDigit(text[at - 1]))
            {
                yield return text[from..at];
                from = at;
            }
        }

        if (text.Length == 0)
        {
            yield return " ";
        }
    }
}
