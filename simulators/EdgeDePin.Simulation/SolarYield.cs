namespace EdgeDePin.Simulation;

/// <summary>
/// Power of solar panels under a sky that nobody knows beforehand: the height of the sun (Cooper's declination, 1969) times clouds that
/// wander from day to day and from hour to hour. The same seed gives the same weather.
/// </summary>
/// <param name="peakKilowatts">Under a sun in the zenith without clouds.</param>
/// <param name="latitudeDegrees">North is above 0.</param>
public sealed class SolarYield(double peakKilowatts, double latitudeDegrees, int seed)
{
    private readonly Random _random = new(seed);
    private double _day = 0.6;
    private double _hour;

    /// <summary>The next step; instants do not go back.</summary>
    public double Next(DateTime at)
    {
        if (at.TimeOfDay < TimeSpan.FromMinutes(1))
        {
            _day = Math.Clamp((0.6 * _day) + (0.4 * _random.NextDouble() * 1.25), 0.08, 1);
        }

        _hour = (0.8 * _hour) + (0.12 * ((2 * _random.NextDouble()) - 1));
        double declination = 23.45 * Math.PI / 180 * Math.Sin(2 * Math.PI * (284 + at.DayOfYear) / 365);
        double latitude = latitudeDegrees * Math.PI / 180;
        double angle = (at.TimeOfDay.TotalHours + 0.5 - 12) * 15 * Math.PI / 180;
        double height = (Math.Sin(latitude) * Math.Sin(declination)) + (Math.Cos(latitude) * Math.Cos(declination) * Math.Cos(angle));
        return peakKilowatts * Math.Max(0, height) * Math.Clamp(_day + _hour, 0.03, 1);
    }
}
