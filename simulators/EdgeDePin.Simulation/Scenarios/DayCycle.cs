namespace EdgeDePin.Simulation.Scenarios;

/// <summary>What comes back every day (UTC).</summary>
internal static class DayCycle
{
    /// <summary>A sine of one day, 1 at this hour and -1 twelve hours later.</summary>
    public static double Peaking(DateTimeOffset instant, double hour) =>
        Math.Cos(2 * Math.PI * (instant.UtcDateTime.TimeOfDay.TotalHours - hour) / 24);

    /// <summary>A bump that is 1 at this hour and nearly 0 outside <paramref name="width"/> hours around it.</summary>
    public static double Around(DateTimeOffset instant, double hour, double width)
    {
        double distance = Math.Abs(instant.UtcDateTime.TimeOfDay.TotalHours - hour);
        double x = Math.Min(distance, 24 - distance) / (width / 2);
        return Math.Exp(-x * x);
    }
}
