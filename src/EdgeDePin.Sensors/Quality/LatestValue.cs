using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Quality;

/// <summary>What a node has measured last of one quantity, as it tells its neighbours.</summary>
/// <param name="Value">In the unit of the quantity; pressure is that at sea level.</param>
/// <param name="At">When the newest of its readings was taken, by the clock that verdicts go by.</param>
/// <param name="Class">Who may hear it.</param>
public readonly record struct LatestValue(Quantity Quantity, double Value, DateTimeOffset At, SensorDataClass Class);
