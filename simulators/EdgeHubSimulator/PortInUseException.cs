namespace EdgeHubSimulator;

/// <summary>The hub cannot listen because another program does.</summary>
public sealed class PortInUseException(int port, Exception inner) : IOException(
    $"Port {port} on 127.0.0.1 is in use: stop the program that listens there, or give the hub another port (0 takes any free one).", inner)
{
    public int Port { get; } = port;
}
