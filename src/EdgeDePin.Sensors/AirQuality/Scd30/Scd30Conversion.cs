using EdgeDePin.Model;
using EdgeDePin.Sensors.Sensirion;

namespace EdgeDePin.Sensors.AirQuality.Scd30;

/// <summary>The six words of a measurement: three floats (Sensirion SCD30 interface description, section 1.4.5).</summary>
public static class Scd30Conversion
{
    /// <param name="words">Six.</param>
    public static void Convert(ReadOnlySpan<ushort> words, SampleBuffer into)
    {
        float carbonDioxide = SensirionFrame.Float(words);

        // Until the first measurement is done the chip reports 0 ppm, which no air has.
        into.Add(Quantity.CarbonDioxide, carbonDioxide > 0 ? carbonDioxide : double.NaN);
        into.Add(Quantity.Temperature, SensirionFrame.Float(words[2..]));
        into.Add(Quantity.RelativeHumidity, SensirionFrame.Float(words[4..]));
    }
}
