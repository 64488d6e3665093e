using System.Collections.Immutable;

namespace EdgeDePin.Sensors.Weather.Veml7700;

/// <summary>A gain and an integration time, and how they stand in the configuration register.</summary>
public sealed record Veml7700Range(double Gain, int Milliseconds, ushort Configuration)
{
    /// <summary>Below this the next more sensitive range is better, above <see cref="TooBright"/> the next less sensitive.</summary>
    public const ushort TooDark = 100;

    public const ushort TooBright = 10_000;

    /// <summary>From the least to the most sensitive; the counts of one range fall into the next.</summary>
    public static ImmutableArray<Veml7700Range> All { get; } =
    [
        new(0.125, 25, (0b10 << 11) | (0b1100 << 6)),
        new(0.125, 100, 0b10 << 11),
        new(1, 100, 0),
        new(2, 100, 0b01 << 11),
        new(2, 400, (0b01 << 11) | (0b0010 << 6)),
    ];
}
