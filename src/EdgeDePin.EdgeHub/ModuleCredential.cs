namespace EdgeDePin.EdgeHub;

/// <summary>What one connection is opened with, and until when it is good.</summary>
/// <param name="Password">A signed token; null on a plain connection.</param>
/// <param name="RenewAt">When to come again with a new token; null if never.</param>
/// <param name="Roots">Null on a plain connection.</param>
internal sealed record ModuleCredential(string? Password, DateTimeOffset? RenewAt, TrustedRoots? Roots) : IDisposable
{
    public void Dispose() => Roots?.Dispose();
}

/// <summary>
/// Makes the credentials of a module, a new one for every connection: the roots are fetched anew too, so that a renewed CA is
/// known as soon as a connection fails.
/// </summary>
internal sealed class CredentialSource : IDisposable
{
    /// <summary>The official clients renew with this share of the life left (azure-iot-sdk-csharp, 15 %).</summary>
    private const double LeftAtRenewal = 0.15;

    private readonly ModuleOptions _options;
    private readonly ModuleIdentity _identity;
    private readonly TimeProvider _time;
    private readonly WorkloadClient? _workload;
    private readonly IModuleSigner? _signer;

    public CredentialSource(ModuleOptions options, ModuleIdentity identity, TimeProvider time)
    {
        (_options, _identity, _time) = (options, identity, time);
        _workload = options.WorkloadUri.Length == 0
            ? null
            : new WorkloadClient(options.WorkloadUri, identity.ModuleId, options.GenerationId, options.ConnectTimeout);
        _signer = options.SharedAccessKey.Length > 0 ? SharedKey.Parse(options.SharedAccessKey) : _workload;
    }

    /// <exception cref="IOException">The workload API or the file of the roots cannot be had; the message says which and why.</exception>
    /// <exception cref="FormatException">The roots cannot be read.</exception>
    public async Task<ModuleCredential> NewAsync(CancellationToken cancellationToken)
    {
        if (_signer is null)
        {
            return new ModuleCredential(null, null, null);
        }

        DateTimeOffset now = _time.GetUtcNow();
        string resource = SasToken.ResourceOf(_options.IotHubHostName, _identity);
        long expiry = (now + _options.TokenLifetime).ToUnixTimeSeconds();
        string signature = await _signer.SignAsync(SasToken.ToSign(resource, expiry), cancellationToken);
        return new ModuleCredential(
            new SasToken(resource, expiry, signature).ToString(),
            now + (_options.TokenLifetime * (1 - LeftAtRenewal)),
            await RootsAsync(cancellationToken));
    }

    public void Dispose() => _workload?.Dispose();

    private async Task<TrustedRoots> RootsAsync(CancellationToken cancellationToken) => _options.TrustBundleFile.Length > 0
        ? new TrustedRoots(await File.ReadAllTextAsync(_options.TrustBundleFile, cancellationToken), _options.TrustBundleFile, _time)
        : new TrustedRoots(await _workload!.TrustBundleAsync(cancellationToken), "the trust bundle of the workload API", _time);
}
