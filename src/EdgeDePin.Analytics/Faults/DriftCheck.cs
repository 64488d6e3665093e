using System.Formats.Cbor;
using System.Globalization;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics.Faults;

/// <summary>
/// Compares the hourly means of sensors of one quantity with the median of the others, and remembers how far apart they stood in their first week.
/// Places differ, so a distance is no fault; that it changes and stays is. It takes two others to say who moved.
/// </summary>
/// <param name="tolerance">Times the agreement of two good sensors at one place. 1 at one site, 2 for neighbours some kilometres away.</param>
public sealed class DriftCheck(double tolerance = 1)
{
    /// <summary>More sensors of one quantity are not compared.</summary>
    public const int MostSensors = 64;

    private const int WeekOfHours = 168;

    // The distance is smoothed over two days: what the sun does to one of the places each day cancels out.
    private const double Smoothing = 48;

    private readonly Dictionary<Quantity, Dictionary<SensorId, Course>> _courses = [];

    public void Add(SensorId sensor, Quantity quantity, double value, DateTimeOffset at)
    {
        if (double.IsInfinity(QualityLimits.Of(quantity).Agreement))
        {
            return;
        }

        if (!_courses.TryGetValue(quantity, out Dictionary<SensorId, Course>? all))
        {
            _courses.Add(quantity, all = []);
        }

        if (!all.TryGetValue(sensor, out Course? course))
        {
            if (all.Count == MostSensors)
            {
                return;
            }

            all.Add(sensor, course = new Course());
        }

        long hour = at.UtcTicks / TimeSpan.TicksPerHour;
        if (hour != course.Hour)
        {
            course.End(hour);
            Compare(all, course, hour);
        }

        course.Sum += value;
        course.Count++;
    }

    /// <returns>0 to 1; 0.5 where the distance has changed by what good sensors may differ by.</returns>
    public double Score(SensorId sensor, Quantity quantity) => Find(sensor, quantity) is { Compared: > WeekOfHours } course
        ? Math.Min(1, Math.Abs(course.Moved) / (2 * tolerance * QualityLimits.Of(quantity).AgreementAt(course.LastMean)))
        : 0;

    public string Detail(SensorId sensor, Quantity quantity) => Find(sensor, quantity) is { } course
        ? string.Create(CultureInfo.InvariantCulture, $"{course.Usual + course.Moved:+0.##;-0.##;0} {quantity.Unit} from the others, where {course.Usual:+0.##;-0.##;0} was usual")
        : string.Empty;

    internal void Write(CborWriter writer) => writer.WriteList(
        [.. _courses.SelectMany(quantity => quantity.Value.Select(course => (Quantity: quantity.Key, Sensor: course.Key, Course: course.Value)))
            .OrderBy(one => one.Quantity.Name, StringComparer.Ordinal).ThenBy(one => one.Sensor.Value, StringComparer.Ordinal)],
        static (writer, one) =>
        {
            writer.WriteStartArray(10);
            writer.WriteTextString(one.Quantity.Name);
            writer.WriteTextString(one.Sensor.Value);
            writer.WriteInt64(one.Course.Hour);
            writer.WriteDouble(one.Course.Sum);
            writer.WriteInt32(one.Course.Count);
            writer.WriteInt64(one.Course.LastHour);
            writer.WriteDouble(one.Course.LastMean);
            writer.WriteInt32(one.Course.Compared);
            writer.WriteDouble(one.Course.Usual);
            writer.WriteDouble(one.Course.Moved);
            writer.WriteEndArray();
        });

    internal void Read(CborReader reader) => reader.ReadList(reader =>
    {
        reader.ReadStartArray();
        Quantity quantity = reader.ReadQuantity();
        SensorId sensor = reader.ReadSensor();
        if (!_courses.TryGetValue(quantity, out Dictionary<SensorId, Course>? all))
        {
            _courses.Add(quantity, all = []);
        }

        all[sensor] = new Course
        {
            Hour = reader.ReadInt64(), Sum = reader.ReadDouble(), Count = reader.ReadInt32(), LastHour = reader.ReadInt64(),
            LastMean = reader.ReadDouble(), Compared = reader.ReadInt32(), Usual = reader.ReadDouble(), Moved = reader.ReadDouble(),
        };
        reader.ReadEndArray();
        return 0;
    });

    private Course? Find(SensorId sensor, Quantity quantity) => _courses.GetValueOrDefault(quantity)?.GetValueOrDefault(sensor);

    private static void Compare(Dictionary<SensorId, Course> all, Course course, long hour)
    {
        Course[] fresh = [.. all.Values.Where(other => other.LastHour > 0 && other.LastHour >= hour - 2)];
        if (fresh.Length < 3 || course.LastHour != hour - 1)
        {
            return;
        }

        // The medians count the sensor itself: then one that is far off cannot move them. What is usual of each is taken off before they vote.
        course.Compared++;
        if (course.Compared <= WeekOfHours)
        {
            double usual = course.LastMean - RobustScore.Median([.. fresh.Select(other => other.LastMean)]);
            course.Usual += (usual - course.Usual) / course.Compared;
        }

        double moved = course.LastMean - course.Usual - RobustScore.Median([.. fresh.Select(other => other.LastMean - other.Usual)]);
        course.Moved += (moved - course.Moved) / Math.Min(course.Compared, Smoothing);
    }

    private sealed class Course
    {
        public long Hour = long.MinValue;
        public double Sum;
        public int Count;
        public long LastHour;
        public double LastMean;
        public int Compared;
        public double Usual;
        public double Moved;

        public void End(long hour)
        {
            if (Count > 0)
            {
                (LastHour, LastMean) = (Hour, Sum / Count);
            }

            (Hour, Sum, Count) = (hour, 0, 0);
        }
    }
}
