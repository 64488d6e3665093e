using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>A block that came with a sample.</summary>
public sealed record SensorWaveform(SensorId Sensor, WaveformBlock Block, DateTimeOffset ObservedAt);
