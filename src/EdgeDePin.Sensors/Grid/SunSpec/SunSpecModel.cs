using System.Collections.Immutable;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Grid.SunSpec;

/// <summary>How a point of a model is kept.</summary>
public enum SunSpecType
{
    /// <summary>Signed 16 bits; 0x8000 is "not implemented".</summary>
    Int16,

    /// <summary>Unsigned 16 bits; 0xFFFF is "not implemented".</summary>
    UInt16,

    /// <summary>A counter of 32 bits; 0 is "not accumulated".</summary>
    Acc32,
}

/// <summary>A value of a model and the register with its power of ten, both counted from the model's id.</summary>
/// <param name="Factor">From the model's unit to that of the quantity.</param>
public sealed record SunSpecPoint(Quantity Quantity, int Offset, SunSpecType Type, int ScaleOffset, double Factor = 1);

/// <summary>
/// Models of the SunSpec alliance that we read (sunspec/models: model_101.json to 103, 201 to 204): what they are for and where
/// their points are.
/// </summary>
public sealed record SunSpecModel(string Name, ImmutableArray<int> Ids, int Length, ImmutableArray<SunSpecPoint> Points)
{
    /// <summary>Inverters with one, two and three phases: 101, 102, 103.</summary>
    public static SunSpecModel Inverter { get; } = new("inverter", [101, 102, 103], 50,
    [
        new(Quantity.Current, 2, SunSpecType.UInt16, 6),
        new(Quantity.Voltage, 10, SunSpecType.UInt16, 13),
        new(Quantity.Power, 14, SunSpecType.Int16, 15),
        new(Quantity.Frequency, 16, SunSpecType.UInt16, 17),
        new(Quantity.ApparentPower, 18, SunSpecType.Int16, 19),
        new(Quantity.ReactivePower, 20, SunSpecType.Int16, 21),
        new(Quantity.PowerFactor, 22, SunSpecType.Int16, 23, 0.01),
        new(Quantity.EnergyExported, 24, SunSpecType.Acc32, 26, 0.001),
        new(Quantity.DcVoltage, 29, SunSpecType.UInt16, 30),
        new(Quantity.DcPower, 31, SunSpecType.Int16, 32),
    ]);

    /// <summary>Meters: 201 single phase, 202 split phase, 203 and 204 three phases.</summary>
    public static SunSpecModel Meter { get; } = new("meter", [201, 202, 203, 204], 105,
    [
        new(Quantity.Current, 2, SunSpecType.Int16, 6),
        new(Quantity.CurrentL1, 3, SunSpecType.Int16, 6),
        new(Quantity.CurrentL2, 4, SunSpecType.Int16, 6),
        new(Quantity.CurrentL3, 5, SunSpecType.Int16, 6),
        new(Quantity.Voltage, 8, SunSpecType.Int16, 15),
        new(Quantity.VoltageL2, 9, SunSpecType.Int16, 15),
        new(Quantity.VoltageL3, 10, SunSpecType.Int16, 15),
        new(Quantity.Frequency, 16, SunSpecType.Int16, 17),
        new(Quantity.Power, 18, SunSpecType.Int16, 22),
        new(Quantity.PowerFactor, 33, SunSpecType.Int16, 37, 0.01),
        new(Quantity.EnergyExported, 38, SunSpecType.Acc32, 54, 0.001),
        new(Quantity.Energy, 46, SunSpecType.Acc32, 54, 0.001),
    ]);

    public ImmutableArray<Quantity> Measures { get; } = [.. Points.Select(point => point.Quantity)];

    /// <summary>The value of a point; null where the device does not implement it or its power of ten is none.</summary>
    /// <param name="registers">Of the model, from its id.</param>
    public static double? Value(SunSpecPoint point, ReadOnlySpan<ushort> registers)
    {
        short scale = (short)registers[point.ScaleOffset];
        ushort word = registers[point.Offset];
        double? value = point.Type switch
        {
            SunSpecType.Int16 => word == 0x8000 ? null : (short)word,
            SunSpecType.UInt16 => word == 0xFFFF ? null : word,
            _ => ((uint)word << 16 | registers[point.Offset + 1]) is var counter && counter == 0 ? null : counter,
        };
        return scale is >= -10 and <= 10 ? value * Math.Pow(10, scale) * point.Factor : null;
    }
}
