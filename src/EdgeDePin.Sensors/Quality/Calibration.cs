using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Quality;

/// <summary>How a sensor's value becomes a better one, and why that is believed.</summary>
/// <param name="Slope">Applied first.</param>
/// <param name="Offset">In the unit of the quantity.</param>
/// <param name="Provenance">Who compared it with what, and when; one line.</param>
public sealed record Calibration(Quantity Quantity, double Slope, double Offset, string Provenance)
{
    public double Apply(double value) => (Slope * value) + Offset;

    /// <summary>
    /// Learned beside a reference: ordinary least squares. Refused where it cannot be trusted, with the reason.
    /// </summary>
    /// <param name="pairs">Value of the sensor, value of the reference, of the same instants; at least <see cref="FewestPairs"/>.</param>
    /// <exception cref="FormatException">Too few pairs, no spread, or a slope that no sensor has.</exception>
    public static Calibration Learn(Quantity quantity, IReadOnlyCollection<(double Sensor, double Reference)> pairs, string provenance)
    {
        if (pairs.Count < FewestPairs)
        {
            throw new FormatException($"{quantity}: {pairs.Count} pairs are too few for a calibration; compare at least {FewestPairs}.");
        }

        double x = pairs.Average(pair => pair.Sensor), y = pairs.Average(pair => pair.Reference);
        double spread = pairs.Sum(pair => (pair.Sensor - x) * (pair.Sensor - x));
        double slope = pairs.Sum(pair => (pair.Sensor - x) * (pair.Reference - y)) / spread;
        return slope is >= 0.2 and <= 5
            ? new Calibration(quantity, slope, y - (slope * x), $"{provenance}; least squares of {pairs.Count} pairs")
            : throw new FormatException($"{quantity}: a slope of {slope:0.###} is no calibration; the sensor does not follow the reference, or neither moved.");
    }

    /// <summary>A day of hourly means.</summary>
    public const int FewestPairs = 24;
}
