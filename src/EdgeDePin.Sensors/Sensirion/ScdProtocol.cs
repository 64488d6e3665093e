namespace EdgeDePin.Sensors.Sensirion;

/// <summary>What the interface descriptions of the SCD sensors differ in.</summary>
/// <param name="GetDataReady">Command that asks whether a measurement waits.</param>
/// <param name="ReadMeasurement">Command that takes it.</param>
/// <param name="Words">Words of 16 bits in a measurement, 1 to 20.</param>
/// <param name="CommandMilliseconds">Time between a command and its answer.</param>
/// <param name="PollMilliseconds">Time between two questions for data.</param>
/// <param name="MostPolls">Questions after which a measurement is overdue.</param>
public sealed record ScdProtocol(
    ushort GetDataReady, ushort ReadMeasurement, int Words, double CommandMilliseconds, double PollMilliseconds, int MostPolls);
