using System.Globalization;
using System.Text;

namespace EdgeDePin.Sharing.Identity;

/// <summary>
/// Counts the starts of a node, so that its sequence numbers never go back: neighbours refuse what they have seen. The
/// number is the larger of the last one plus one (a board may wake up in 1970) and the Unix time in seconds (a card may be
/// restored from an old image).
/// </summary>
internal static class Incarnation
{
    // 2^28 messages per start before two starts could overlap: at 100 per second, a month. Seconds take 34 bits until 2514.
    private const int SequenceBits = 28;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <returns>The first sequence number of this start.</returns>
    public static ulong Begin(string path, TimeProvider time)
    {
        long wall = Math.Clamp(time.GetUtcNow().ToUnixTimeSeconds(), 1, (1L << 34) - 1);
        long incarnation = Math.Max(Last(path) + 1, wall);
        AtomicFile.Replace(path, Encoding.ASCII.GetBytes($"{incarnation}\n"), Mode);
        return (ulong)incarnation << SequenceBits;
    }

    // A damaged counter is no reason to stay away: the clock is the second leg.
    private static long Last(string path) =>
        File.Exists(path)
        && long.TryParse(File.ReadAllText(path).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long last)
        && last < (1L << 34) - 1
            ? last
            : 0;
}
