using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Quality;

/// <summary>How a sensor's value becomes a better one, and why that is believed.</summary>
/// <param name="Slope">Applied first.</param>
/// <param name="Offset">In the unit of the quantity.</param>
/// <param name="Provenance">Who compared it with what, and when; one line.</param>
public sealed record Calibration(Quantity Quantity, double Slope, double Offset, string Provenance)
{
    public double Apply(double value) => (Slope * value) + Offset;
}
