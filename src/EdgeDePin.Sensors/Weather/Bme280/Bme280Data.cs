namespace EdgeDePin.Sensors.Weather.Bme280;

/// <summary>The codes of one conversion, as the burst from 0xF7 to 0xFE holds them.</summary>
/// <param name="Pressure">20 bits.</param>
/// <param name="Temperature">20 bits.</param>
/// <param name="Humidity">16 bits.</param>
public readonly record struct Bme280Data(int Pressure, int Temperature, int Humidity)
{
    public const int Length = 8;

    /// <summary>What pressure and temperature read when they were not converted, and after a reset.</summary>
    public const int Skipped20 = 0x80000;

    /// <summary>The same for humidity.</summary>
    public const int Skipped16 = 0x8000;

    public static Bme280Data Decode(ReadOnlySpan<byte> burst) => new(
        (burst[0] << 12) | (burst[1] << 4) | (burst[2] >> 4),
        (burst[3] << 12) | (burst[4] << 4) | (burst[5] >> 4),
        (burst[6] << 8) | burst[7]);
}
