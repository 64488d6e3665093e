using System.Collections.Immutable;
using System.Formats.Cbor;
using EdgeDePin.Analytics.Anomalies;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary>What <c>anomaly@1</c> found.</summary>
/// <param name="Surprises">Of every series in the window: deviations from what is usual.</param>
/// <param name="Memories">Of every series in the window, for the next.</param>
internal sealed record AnomalyOutput(ImmutableArray<DerivedValue> Surprises, ImmutableArray<SensorAnomaly> Anomalies, ImmutableArray<SeriesMemory> Memories);

/// <summary>
/// <c>anomaly@1</c>: own input the cadence and what the detectors remember, dependencies the aggregates of a window, output what was unusual, why, and
/// what the detectors remember then. Counters have no usual value and are passed over.
/// </summary>
internal static class AnomalyTask
{
    public static readonly TaskKind Kind = new("anomaly", 1);

    public static byte[] Own(TimeSpan cadence, IReadOnlyCollection<SeriesMemory> memories) => CanonicalCbor.Encode(writer =>
    {
        writer.WriteStartArray(2);
        writer.WriteInt64(cadence.Ticks);
        writer.WriteList(memories, Write);
        writer.WriteEndArray();
    });

    public static byte[] Run(TaskInput input, CancellationToken cancellationToken)
    {
        (TimeSpan cadence, Dictionary<(SensorId, Quantity), SeriesMemory> memories) = CanonicalCbor.Decode(input.Own, "memories of anomaly detectors", reader =>
        {
            reader.ReadStartArray();
            TimeSpan cadence = TimeSpan.FromTicks(reader.ReadInt64());
            var memories = reader.ReadList(ReadMemory).ToDictionary(memory => (memory.Sensor, memory.Quantity));
            reader.ReadEndArray();
            return (cadence, memories);
        });
        var surprises = new List<DerivedValue>();
        var anomalies = new List<SensorAnomaly>();
        var after = new List<SeriesMemory>();
        foreach (Aggregate aggregate in input.Dependencies.SelectMany(Aggregate.Decode).Where(aggregate => !aggregate.Quantity.IsCounter))
        {
            DetectorState state = memories.TryGetValue((aggregate.Sensor, aggregate.Quantity), out SeriesMemory? memory)
                ? CanonicalCbor.Decode(memory.Bytes.ToArray(), "a memory", DetectorState.Read)
                : new DetectorState();
            AnomalyJudgement judgement = new AnomalyDetector(cadence, state).Judge(aggregate.Mean, aggregate.From);
            after.Add(new SeriesMemory(aggregate.Sensor, aggregate.Quantity, CanonicalCbor.Encode(state.Write)));
            surprises.Add(new DerivedValue($"{aggregate.Quantity}_surprise", "/", judgement.Surprise, aggregate.Sensor, aggregate.From));
            if (judgement.IsAnomaly)
            {
                anomalies.Add(new SensorAnomaly(
                    aggregate.Sensor, aggregate.Quantity, aggregate.From, judgement.Surprise, judgement.Value, judgement.Expected, judgement.Deviation, judgement.Reason));
            }
        }

        byte[] values = DerivedValue.Encode(surprises);
        return CanonicalCbor.Encode(writer =>
        {
            writer.WriteStartArray(3);
            writer.WriteByteString(values);
            writer.WriteList(anomalies, Write);
            writer.WriteList(after, Write);
            writer.WriteEndArray();
        });
    }

    /// <exception cref="FormatException">Not an output of this kind.</exception>
    public static AnomalyOutput Decode(byte[] output) => CanonicalCbor.Decode(output, "anomalies", reader =>
    {
        reader.ReadStartArray();
        var result = new AnomalyOutput([.. DerivedValue.Decode(reader.ReadByteString())], [.. reader.ReadList(ReadAnomaly)], [.. reader.ReadList(ReadMemory)]);
        reader.ReadEndArray();
        return result;
    });

    private static void Write(CborWriter writer, SeriesMemory memory)
    {
        writer.WriteStartArray(3);
        writer.WriteTextString(memory.Sensor.Value);
        writer.WriteTextString(memory.Quantity.Name);
        writer.WriteByteString(memory.Bytes.Span);
        writer.WriteEndArray();
    }

    private static SeriesMemory ReadMemory(CborReader reader)
    {
        reader.ReadStartArray();
        var memory = new SeriesMemory(reader.ReadSensor(), reader.ReadQuantity(), reader.ReadByteString());
        reader.ReadEndArray();
        return memory;
    }

    private static void Write(CborWriter writer, SensorAnomaly anomaly)
    {
        writer.WriteStartArray(8);
        writer.WriteTextString(anomaly.Sensor.Value);
        writer.WriteTextString(anomaly.Quantity.Name);
        writer.WriteInstant(anomaly.At);
        writer.WriteDouble(anomaly.Surprise);
        writer.WriteDouble(anomaly.Value);
        writer.WriteDouble(anomaly.Expected);
        writer.WriteDouble(anomaly.Deviation);
        writer.WriteTextString(anomaly.Reason);
        writer.WriteEndArray();
    }

    private static SensorAnomaly ReadAnomaly(CborReader reader)
    {
        reader.ReadStartArray();
        var anomaly = new SensorAnomaly(
            reader.ReadSensor(), reader.ReadQuantity(), reader.ReadInstant(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(),
            reader.ReadDouble(), reader.ReadTextString());
        reader.ReadEndArray();
        return anomaly;
    }
}
