using System.Collections.Immutable;
using System.Globalization;

namespace EdgeDePin.Sensors.Grid.Dsmr;

/// <summary>A line of a telegram: what it is about, and its values in brackets.</summary>
/// <param name="Obis">Identification (IEC 62056-61) without the group F, e.g. <c>1-0:1.8.1</c>.</param>
/// <param name="Values">What stands between the brackets, e.g. <c>000004.426*kWh</c>.</param>
public sealed record DsmrLine(string Obis, ImmutableArray<string> Values)
{
    /// <summary>A value with a unit, e.g. 4.426 and <c>kWh</c>.</summary>
    public static bool TryQuantity(string text, out double value, out string unit)
    {
        int star = text.IndexOf('*');
        unit = star < 0 ? "" : text[(star + 1)..];
        return double.TryParse(
            star < 0 ? text : text.AsSpan(0, star), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>The last value of the line in the unit asked for, whatever prefix it has; null without it.</summary>
    /// <param name="unit">Without prefix: <c>W</c>, <c>Wh</c>, <c>V</c>, <c>A</c>, <c>m3</c>.</param>
    public double? In(string unit)
    {
        if (Values.IsEmpty || !TryQuantity(Values[^1], out double value, out string seen))
        {
            return null;
        }

        return seen == unit ? value : seen == "k" + unit ? 1_000 * value : null;
    }
}
