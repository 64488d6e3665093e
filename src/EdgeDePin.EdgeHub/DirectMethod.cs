namespace EdgeDePin.EdgeHub;

/// <summary>A call of a direct method.</summary>
/// <param name="Payload">JSON, or empty. At most 128 KiB, IoT Hub's limit.</param>
public sealed record MethodRequest(string Name, ReadOnlyMemory<byte> Payload);

/// <summary>What a direct method answers.</summary>
/// <param name="Status">200 done, 4xx the caller's fault, 5xx ours, as in HTTP.</param>
/// <param name="Payload">JSON, or empty. At most 128 KiB.</param>
public sealed record MethodResponse(int Status, ReadOnlyMemory<byte> Payload)
{
    /// <summary>IoT Hub's limit for both directions.</summary>
    public const int MaxPayloadBytes = 128 * 1024;
}

/// <summary>The hub refused a twin operation, or answered it with nonsense.</summary>
public sealed class HubRequestException(int status, string message) : Exception(message)
{
    /// <summary>As in HTTP: 400 the request is wrong, 429 too many of them, 5xx the hub's trouble.</summary>
    public int Status { get; } = status;
}
