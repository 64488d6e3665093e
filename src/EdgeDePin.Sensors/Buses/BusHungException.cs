namespace EdgeDePin.Sensors.Buses;

/// <summary>A transfer on a bus did not come back in time; whoever asked goes on without it.</summary>
public sealed class BusHungException(string message) : IOException(message);
