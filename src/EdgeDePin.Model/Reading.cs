namespace EdgeDePin.Model;

/// <summary>
/// A measurement of one sensor at one instant (SOSA Observation). Two readings of the same sensor, quantity and instant are
/// the same reading: storing one twice changes nothing.
/// </summary>
/// <param name="Value">The calibrated value. Finite: a sensor that cannot tell reports a fault, never NaN.</param>
/// <param name="ObservedAt">When the sensor took the sample (UTC), not when we received or stored it.</param>
/// <param name="Quality">How far it may be trusted, judged where it was read.</param>
public readonly record struct Reading(
    SensorId Sensor, Quantity Quantity, double Value, DateTimeOffset ObservedAt, ReadingQuality Quality = default);
