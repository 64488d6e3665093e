using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;
using EdgeDePin.Sensors.Sampling;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>What is known of a sensor beside its readings: how it does (measurement <c>sensor</c>) and how its values were made (<c>calibration</c>).</summary>
public static class SensorPoints
{
    public const string Measurement = "sensor";
    public const string Calibration = "calibration";

    /// <summary>Counters since the start of the module.</summary>
    public static Point Health(SamplingLoop loop, NodeOptions node, DateTimeOffset instant)
    {
        SamplingCounts counts = loop.Counts;
        return new Point(
            Measurement,
            [new("site", node.Site), new("node", node.Name), new("sensor", loop.Sensor.Value)],
            [
                new("samples_asked", counts.SamplesAsked), new("readings", counts.Readings), new("faults", counts.Faults),
                new("suspect", counts.Suspect), new("bad", counts.Bad), .. Unlike(loop), .. Lateness(loop), .. Waveforms(loop), .. Laser(loop),
            ],
            Point.InstantOf(instant));
    }

    // Only of those that are compared: a nought would say that they were.
    private static IEnumerable<Field> Unlike(SamplingLoop loop)
    {
        if (loop.Treatment.DataClass != SensorDataClass.LocalOnly)
        {
            yield return new("unlike_neighbours", loop.Counts.UnlikeNeighbours);
        }
    }

    // Of a replay nobody can say how late it is.
    private static IEnumerable<Field> Lateness(SamplingLoop loop)
    {
        if (loop.Lateness?.Summary is { Slots: > 0 } lateness)
        {
            yield return new("late_p50_ms", lateness.Median.TotalMilliseconds);
            yield return new("late_p99_ms", lateness.P99.TotalMilliseconds);
            yield return new("late_max_ms", lateness.Max.TotalMilliseconds);
            yield return new("slots_left_out", lateness.LeftOut);
        }
    }

    private static IEnumerable<Field> Waveforms(SamplingLoop loop)
    {
        if (loop.Waveforms is { } blocks && blocks.Taken + blocks.Missed > 0)
        {
            yield return new("waveforms", blocks.Taken);
            yield return new("waveforms_missed", blocks.Missed);
        }
    }

    private static IEnumerable<Field> Laser(SamplingLoop loop)
    {
        if (loop.Laser is { } laser)
        {
            yield return new("laser_hours", laser.On.TotalHours);
            yield return new("laser_cycles", laser.Use.Cycles);
            yield return new("laser_life_used", laser.LifeUsed);
        }
    }

    /// <summary>One point for each quantity that is not as the chip gives it.</summary>
    public static IEnumerable<Point> Calibrations(SamplingLoop loop, NodeOptions node, DateTimeOffset instant)
    {
        if (loop.Treatment.IsCorrected)
        {
            yield return Row(Model.Quantity.Pm25.Name, $"{Treatment.Correction}", [new("provenance", FieldValue.String("US EPA, correction of PurpleAir sensors, 2021 extension"))]);
        }

        foreach (Calibration one in loop.Treatment.Calibrations)
        {
            yield return Row(one.Quantity.Name, "linear", [new("slope", one.Slope), new("offset", one.Offset), new("provenance", FieldValue.String(one.Provenance))]);
        }

        Point Row(string quantity, string kind, Field[] fields) => new(
            Calibration,
            [new("site", node.Site), new("node", node.Name), new("sensor", loop.Sensor.Value), new("quantity", quantity), new("kind", kind)],
            fields,
            Point.InstantOf(instant));
    }
}
