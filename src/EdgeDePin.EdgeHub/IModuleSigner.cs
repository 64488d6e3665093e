namespace EdgeDePin.EdgeHub;

/// <summary>Signs for a module: with a key that it was given, or through the workload API, where the key stays with the daemon.</summary>
public interface IModuleSigner
{
    /// <summary>The HMAC-SHA256 of the data with the module's key, in base64.</summary>
    /// <exception cref="IOException">The signer cannot be reached or refuses; the message says who, why and what to do.</exception>
    Task<string> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
}
