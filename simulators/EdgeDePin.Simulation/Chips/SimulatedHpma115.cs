using EdgeDePin.Model;
using EdgeDePin.Sensors.AirQuality.Hpma115;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An HPMA115C0 as its answers; it acknowledges that it is to be quiet.</summary>
public sealed class SimulatedHpma115(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null)
    : SimulatedUartChip(faults)
{
    protected override byte[] Answer(ReadOnlySpan<byte> question) =>
        question.SequenceEqual(Hpma115Frame.BeQuiet.Span) ? Hpma115Frame.Done.ToArray()
        : question.SequenceEqual(Hpma115Frame.Ask.Span) ? Concentrations(time.GetUtcNow())
        : [];

    private byte[] Concentrations(DateTimeOffset now)
    {
        ushort[] masses = new ushort[Hpma115Sensor.Measures.Length];
        for (int i = 0; i < masses.Length; i++)
        {
            if (environment(Hpma115Sensor.Measures[i], now) is not { } mass)
            {
                return [];
            }

            masses[i] = (ushort)Inverse.Steps(mass, 1, 0, 1_000);
        }

        return Hpma115Frame.Of(masses);
    }
}
