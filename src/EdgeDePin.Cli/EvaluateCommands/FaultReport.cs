using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EdgeDePin.Analytics.Faults;

namespace EdgeDePin.Cli.EvaluateCommands;

/// <summary>A stretch of time in which a sensor was called broken; a day without ends it.</summary>
/// <param name="At">The reading that gave the alarm.</param>
internal sealed record FaultAlarm(DateTimeOffset At, FaultReason Reason, double Score, string Detail);

/// <param name="Hours">Hours with readings.</param>
/// <param name="AlarmsPerMonth">Alarms over sensor-months of 30 days of hours with readings; before the onset, where one was given.</param>
/// <param name="FoundAfterHours">From the onset to the first alarm after it; null without an onset or an alarm.</param>
/// <param name="Scores">Hour by hour, for the picture.</param>
internal sealed record WatchedSensor(
    string Sensor, string Quantity, long Readings, int Hours, ImmutableArray<FaultAlarm> Alarms, double AlarmsPerMonth, double? FoundAfterHours,
    [property: System.Text.Json.Serialization.JsonIgnore] ImmutableArray<(DateTimeOffset At, double Score, double Mean)> Scores);

/// <summary>What <c>evaluate faults</c> prints.</summary>
/// <param name="Sorted">The table was not in the order of time.</param>
internal sealed record FaultReport(ImmutableArray<WatchedSensor> Sensors, bool Sorted, long CellsRefused, double MicrosecondsPerReading)
{
    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web)
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter<FaultReason>(JsonNamingPolicy.CamelCase) },
    };

    public void Print(bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(this, Compact));
            return;
        }

        IFormatProvider culture = CultureInfo.InvariantCulture;
        Console.Out.WriteLine(string.Create(culture, $"{Sensors.Sum(sensor => sensor.Readings)} readings, {MicrosecondsPerReading:0.00} µs a reading, {CellsRefused} cells were no numbers{(Sorted ? "; not in the order of time, sorted" : "")}"));
        foreach (WatchedSensor sensor in Sensors)
        {
            Console.Out.WriteLine(string.Create(culture,
                $"{sensor.Sensor} ({sensor.Quantity}): {sensor.Readings} readings in {sensor.Hours} hours, {sensor.Alarms.Length} alarms, {sensor.AlarmsPerMonth:0.##} a month"
                + $"{(sensor.FoundAfterHours is { } hours ? $", found {hours:0.#} h after the onset" : "")}"));
            foreach (FaultAlarm alarm in sensor.Alarms)
            {
                Console.Out.WriteLine(string.Create(culture, $"    {alarm.At:yyyy-MM-dd HH:mm}  {alarm.Reason} ({alarm.Score:0.00}): {alarm.Detail}"));
            }
        }
    }
}
