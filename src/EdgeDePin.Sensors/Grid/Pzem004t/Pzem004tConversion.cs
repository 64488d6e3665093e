using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Grid.Pzem004t;

/// <summary>From registers to physical values.</summary>
public static class Pzem004tConversion
{
    /// <param name="registers">All ten, from 0.</param>
    public static void Convert(ReadOnlySpan<ushort> registers, SampleBuffer into)
    {
        into.Add(Quantity.Voltage, registers[(int)Pzem004tRegister.Voltage] / 10.0);
        into.Add(Quantity.Current, LowFirst(registers, Pzem004tRegister.Current) / 1_000.0);
        into.Add(Quantity.Power, LowFirst(registers, Pzem004tRegister.Power) / 10.0);
        into.Add(Quantity.Energy, LowFirst(registers, Pzem004tRegister.Energy) / 1_000.0);
        into.Add(Quantity.Frequency, registers[(int)Pzem004tRegister.Frequency] / 10.0);
        into.Add(Quantity.PowerFactor, registers[(int)Pzem004tRegister.PowerFactor] / 100.0);
    }

    private static uint LowFirst(ReadOnlySpan<ushort> registers, Pzem004tRegister at) =>
        registers[(int)at] | ((uint)registers[(int)at + 1] << 16);
}
