using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality.Mhz19b;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An MH-Z19B as its answers of nine bytes.</summary>
public sealed class SimulatedMhz19b(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null)
    : SimulatedUartChip(faults)
{
    protected override byte[] Answer(ReadOnlySpan<byte> question)
    {
        if (!question.SequenceEqual(Mhz19bFrame.Ask.Span) || environment(Quantity.CarbonDioxide, time.GetUtcNow()) is not { } value)
        {
            return [];
        }

        int parts = Inverse.Steps(value, 1, 0, 10_000);
        return Mhz19bFrame.Seal([Mhz19bFrame.Head, Mhz19bFrame.ReadConcentration, (byte)(parts >> 8), (byte)parts, 0x42, 0, 0, 0, 0]);
    }
}
