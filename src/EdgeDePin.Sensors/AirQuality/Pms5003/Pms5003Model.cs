using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.AirQuality.Pms5003;

/// <summary>What a member of the family reports.</summary>
/// <param name="Length">Bytes of its frame.</param>
/// <param name="Obeys">It knows commands. A PMS3003 only speaks by itself.</param>
/// <param name="Numbers">How many sizes it counts.</param>
/// <param name="HasWeather">Temperature and humidity follow the numbers.</param>
public sealed record Pms5003Model(ImmutableArray<Quantity> Measures, int Length, bool Obeys, int Numbers, bool HasWeather)
{
    private static readonly ImmutableArray<Quantity> Masses = [Quantity.Pm1, Quantity.Pm25, Quantity.Pm10];

    /// <summary>Also PMS7003 and PMSA003.</summary>
    public static Pms5003Model Pms5003 { get; } = new(
        [
            .. Masses, Quantity.Particles03, Quantity.Particles05, Quantity.Particles1, Quantity.Particles25, Quantity.Particles5,
            Quantity.Particles10,
        ], Pms5003Frame.Longest, true, 6, false);

    public static Pms5003Model Pms3003 { get; } = new(Masses, Pms5003Frame.ShortLength, false, 0, false);

    public static Pms5003Model Pms5003T { get; } = new(
        [
            .. Masses, Quantity.Particles03, Quantity.Particles05, Quantity.Particles1, Quantity.Particles25,
            Quantity.Temperature, Quantity.RelativeHumidity,
        ], Pms5003Frame.Longest, true, 4, true);

    public void Convert(ReadOnlySpan<byte> frame, SampleBuffer into)
    {
        Pms5003Frame.Masses(frame, into);
        Pms5003Frame.Numbers(frame, Numbers, into);
        if (HasWeather)
        {
            Pms5003Frame.Weather(frame, into);
        }
    }
}
