using System.Security.Cryptography;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Neighbourhood;

/// <summary>What simulated nodes compute: a function that everybody knows, and the lie that liars agreed on.</summary>
internal static class SimulatedTasks
{
    /// <summary>The first byte of inputs that must not leave their node.</summary>
    public const byte LocalMark = 0xFF;

    public static readonly TaskKind Kind = new("simulated", 1);

    public static byte[] Input(Random random, bool local)
    {
        byte[] input = new byte[24];
        random.NextBytes(input);
        input[0] = local ? LocalMark : (byte)(input[0] & 0x7F);
        return input;
    }

    public static byte[] Right(ReadOnlySpan<byte> input) => SHA256.HashData(input);

    public static byte[] Wrong(ReadOnlySpan<byte> input)
    {
        byte[] output = SHA256.HashData(input);
        output[0] ^= 1;
        return output;
    }

    /// <summary>10 to 265 million.</summary>
    public static long Fuel(ReadOnlySpan<byte> input) => 1_000_000L * (10 + input[1]);

    public static TimeSpan RunTime(ReadOnlySpan<byte> input, double speed) => TimeSpan.FromSeconds((0.5 + input[2] / 128.0) / speed);

    public static Digest Digested(ReadOnlySpan<byte> input) => Digest.Of(Right(input));
}
