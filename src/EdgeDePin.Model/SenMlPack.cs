namespace EdgeDePin.Model;

/// <summary>What a SenML pack held: each record is a reading, or it is refused and the others are not.</summary>
/// <param name="Boot">The start of the device in which the readings were taken; null where the sender does not say.</param>
public sealed record SenMlPack(string? Boot, IReadOnlyList<StampedReading> Stamped, IReadOnlyList<RefusedRecord> Refused)
{
    public IEnumerable<Reading> Readings => Stamped.Select(one => one.Reading);
}

/// <summary>A record that is no reading, with as much of it as could be read.</summary>
/// <param name="Index">Its place in the pack, from 0.</param>
/// <param name="Sensor">Null where the name is none.</param>
/// <param name="Name">What it calls its quantity.</param>
/// <param name="Quantity">Null where there is none of that name.</param>
/// <param name="Value">Finite; null where there is none.</param>
/// <param name="ObservedAt">Null where there is no absolute instant.</param>
public sealed record RefusedRecord(
    int Index, SensorId? Sensor, string Name, Quantity? Quantity, double? Value, DateTimeOffset? ObservedAt, string Reason);
