namespace EdgeDePin.Node;

/// <summary>A server of ours could not listen.</summary>
public sealed class PortInUseException(int port, string server, Exception cause)
    : Exception($"Port {port} cannot be used by {server}: {cause.Message}. Stop what listens there, or choose another port.", cause);
