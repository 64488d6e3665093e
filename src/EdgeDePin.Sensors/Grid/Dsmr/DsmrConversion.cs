using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Grid.Dsmr;

/// <summary>What a telegram says of the quantities we know.</summary>
public static class DsmrConversion
{
    /// <summary>All that a meter may tell; which of them it does is known after its first telegram.</summary>
    public static ImmutableArray<Quantity> Measures { get; } =
    [
        Quantity.Power, Quantity.Energy, Quantity.EnergyExported, Quantity.Voltage, Quantity.VoltageL2, Quantity.VoltageL3,
        Quantity.CurrentL1, Quantity.CurrentL2, Quantity.CurrentL3, Quantity.Gas,
    ];

    public static void Convert(DsmrTelegram telegram, SampleBuffer into)
    {
        double? Watts(string obis) => telegram.Value(obis, "W");
        double? KilowattHours(string obis) => telegram.Value(obis, "Wh") / 1_000;

        // One register for each direction, so that what is imported at night is not taken for an export.
        Add(Quantity.Power, Watts("1-0:1.7.0") is { } import ? import - (Watts("1-0:2.7.0") ?? 0) : null, into);
        Add(Quantity.Energy, KilowattHours("1-0:1.8.0") ?? Sum(KilowattHours("1-0:1.8.1"), KilowattHours("1-0:1.8.2")), into);
        Add(Quantity.EnergyExported, KilowattHours("1-0:2.8.0") ?? Sum(KilowattHours("1-0:2.8.1"), KilowattHours("1-0:2.8.2")), into);
        Add(Quantity.Voltage, telegram.Value("1-0:32.7.0", "V"), into);
        Add(Quantity.VoltageL2, telegram.Value("1-0:52.7.0", "V"), into);
        Add(Quantity.VoltageL3, telegram.Value("1-0:72.7.0", "V"), into);
        Add(Quantity.CurrentL1, telegram.Value("1-0:31.7.0", "A"), into);
        Add(Quantity.CurrentL2, telegram.Value("1-0:51.7.0", "A"), into);
        Add(Quantity.CurrentL3, telegram.Value("1-0:71.7.0", "A"), into);
        Add(Quantity.Gas, Gas(telegram), into);
    }

    /// <summary>m³ of the first gas meter on the M-Bus: type 003; 24.2.1, in Belgium 24.2.3, before DSMR 4 24.3.0.</summary>
    public static double? Gas(DsmrTelegram telegram)
    {
        for (int channel = 1; channel <= 4; channel++)
        {
            string Obis(string suffix) => $"0-{channel}:24.{suffix}";
            if (telegram.Line(Obis("1.0")) is { Values: [var type] } && type.TrimStart('0') == "3")
            {
                double? volume = telegram.Value(Obis("2.1"), "m3") ?? telegram.Value(Obis("2.3"), "m3") ?? Old(telegram.Line(Obis("3.0")));
                if (volume is not null)
                {
                    return volume;
                }
            }
        }

        return null;
    }

    // (161107190000)(00)(60)(1)(0-1:24.2.1)(m3), and the value alone in the line below.
    private static double? Old(DsmrLine? line) =>
        line is { Values: [.., "m3", var last] } && DsmrLine.TryQuantity(last, out double volume, out _) ? volume : null;

    private static double? Sum(double? first, double? second) => first is null && second is null ? null : (first ?? 0) + (second ?? 0);

    private static void Add(Quantity quantity, double? value, SampleBuffer into)
    {
        if (value is { } number)
        {
            into.Add(quantity, number);
        }
    }
}
