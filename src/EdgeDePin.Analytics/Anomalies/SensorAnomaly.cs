using EdgeDePin.Model;

namespace EdgeDePin.Analytics.Anomalies;

/// <summary>Something unusual in one window of one quantity of one sensor.</summary>
/// <param name="At">Begin of the window.</param>
/// <param name="Reason">One sentence for people.</param>
public sealed record SensorAnomaly(
    SensorId Sensor, Quantity Quantity, DateTimeOffset At, double Surprise, double Value, double Expected, double Deviation, string Reason);

/// <summary>What a detector remembers of one series, between two windows.</summary>
/// <param name="Bytes">Canonical CBOR.</param>
public sealed record SeriesMemory(SensorId Sensor, Quantity Quantity, ReadOnlyMemory<byte> Bytes);
