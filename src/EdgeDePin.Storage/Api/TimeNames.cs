using System.Collections.Immutable;

namespace EdgeDePin.Storage;

/// <summary>No tag and no field can be named time: a SELECT could not tell it from the clock. InfluxDB 1.6 refuses them so.</summary>
internal static class TimeNames
{
    public static (Point? Admitted, string? Refused) Admit(Point point)
    {
        foreach (Tag tag in point.Tags)
        {
            if (tag.Key == "time")
            {
                return (null, $"invalid tag key: input tag \"time\" on measurement \"{point.Measurement}\" is invalid");
            }
        }

        if (!point.Fields.Any(field => field.Key == "time"))
        {
            return (point, null);
        }

        // Beside other fields it is left out without a word.
        ImmutableArray<Field> others = point.Fields.RemoveAll(field => field.Key == "time");
        return others.IsEmpty
            ? (null, $"invalid field name: input field \"time\" on measurement \"{point.Measurement}\" is invalid")
            : (Point.Checked(point.Measurement, point.Tags, others, point.Instant), null);
    }
}
