using System.Formats.Cbor;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics.Faults;

/// <summary>The score of one quantity of one sensor.</summary>
public sealed record SensorHealth(SensorId Sensor, Quantity Quantity, FaultScore Score);

/// <summary>
/// The fault detectors of a node's sensors. It can be written down and read, so that judging a window is a function of the book and the window. Bounded.
/// </summary>
public sealed class FaultBook
{
    private readonly SortedDictionary<(string Sensor, string Quantity), FaultWatch> _watches = [];
    private readonly DriftCheck _drift = new();

    /// <summary>Judges the readings of a window as they were observed, impossible ones included.</summary>
    /// <returns>Of each sensor and quantity in the window: the hours that ended with it, and the hour so far.</returns>
    public IReadOnlyList<SensorHealth> Judge(Window window)
    {
        ArgumentNullException.ThrowIfNull(window);
        var healths = new List<SensorHealth>();
        foreach (IGrouping<(SensorId Sensor, Quantity Quantity), Reading> series in window.Readings.GroupBy(reading => (reading.Sensor, reading.Quantity)))
        {
            (SensorId sensor, Quantity quantity) = series.Key;
            if (Find(sensor, quantity) is not { } watch)
            {
                continue;
            }

            // A message that came twice is no clock that stands still.
            foreach (Reading reading in series.DistinctBy(reading => reading.ObservedAt))
            {
                if (watch.Judge(reading.Value, reading.ObservedAt) is { } ended)
                {
                    healths.Add(new SensorHealth(sensor, quantity, ended));
                }
            }

            healths.Add(new SensorHealth(sensor, quantity, watch.Now));
        }

        return healths;
    }

    internal void Write(CborWriter writer)
    {
        writer.WriteStartArray(2);
        _drift.Write(writer);
        writer.WriteList(_watches, static (writer, one) =>
        {
            writer.WriteStartArray(3);
            writer.WriteTextString(one.Key.Sensor);
            writer.WriteTextString(one.Key.Quantity);
            one.Value.Write(writer);
            writer.WriteEndArray();
        });
        writer.WriteEndArray();
    }

    internal static FaultBook Read(CborReader reader)
    {
        var book = new FaultBook();
        reader.ReadStartArray();
        book._drift.Read(reader);
        reader.ReadList(reader =>
        {
            reader.ReadStartArray();
            (book.Find(reader.ReadSensor(), reader.ReadQuantity()) ?? throw new FormatException($"A book has at most {WindowHistory.MaxSeries} sensors and quantities.")).Read(reader);
            reader.ReadEndArray();
            return 0;
        });
        reader.ReadEndArray();
        return book;
    }

    private FaultWatch? Find(SensorId sensor, Quantity quantity)
    {
        (string, string) key = (sensor.Value, quantity.Name);
        if (!_watches.TryGetValue(key, out FaultWatch? watch) && _watches.Count < WindowHistory.MaxSeries)
        {
            _watches.Add(key, watch = new FaultWatch(sensor, quantity, _drift));
        }

        return watch;
    }
}
