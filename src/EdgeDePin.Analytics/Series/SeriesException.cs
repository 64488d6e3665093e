namespace EdgeDePin.Analytics;

/// <summary>A file does not hold the series that was asked for. The message names file, line, value and remedy.</summary>
public sealed class SeriesException(string message) : Exception(message);
