using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Sensors;

/// <summary>The rows about asking chips and what follows until their readings are stored.</summary>
internal static class SensorsArea
{
    public static IReadOnlyList<Figure> Figures() =>
        [new ReadingsToStore(), new SamplingLateness(), new MeterPolls(), new BytesPerReading()];
}
