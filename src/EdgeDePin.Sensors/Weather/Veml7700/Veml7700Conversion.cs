namespace EdgeDePin.Sensors.Weather.Veml7700;

/// <summary>From counts to lux (Vishay, "Designing the VEML7700 into an application", document 84323).</summary>
public static class Veml7700Conversion
{
    /// <summary>
    /// Lux of a count at gain 2 and 800 ms. Revision 1.7 of the datasheet (29 November 2023) corrected it from 0.0036, which much
    /// software still uses: it reads 14 % too low.
    /// </summary>
    public const double LuxPerCount = 0.0042;

    /// <param name="counts">16 bits.</param>
    /// <param name="gain">2, 1, 0.25 or 0.125.</param>
    /// <param name="integrationMilliseconds">25, 50, 100, 200, 400 or 800.</param>
    public static double Lux(ushort counts, double gain, int integrationMilliseconds) =>
        Straighten(counts * LuxPerCount * (800.0 / integrationMilliseconds) * (2 / gain));

    /// <summary>The chip is not linear in bright light; below 1000 lx the polynomial would change nothing worth it.</summary>
    public static double Straighten(double lux) => lux <= 1_000 ? lux
        : ((((((6.0135e-13 * lux) - 9.3924e-9) * lux) + 8.1488e-5) * lux) + 1.0023) * lux;
}
