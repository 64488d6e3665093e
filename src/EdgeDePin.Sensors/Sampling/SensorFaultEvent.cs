using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>A sensor was asked and did not answer, or not completely.</summary>
public sealed record SensorFaultEvent(SensorId Sensor, SensorFault Fault, DateTimeOffset ObservedAt);
