using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeDePin.EdgeHub;

/// <summary>
/// The private roots that a hub's certificate must chain to, and why the last one did not. Only these roots count: a hub that the
/// whole world trusts but this device's owner did not issue is a stranger.
/// </summary>
public sealed class TrustedRoots : IDisposable
{
    private readonly X509Certificate2Collection _roots = [];
    private readonly TimeProvider _time;
    private readonly string _from;

    /// <param name="pem">One or more certificates.</param>
    /// <param name="from">Where they come from, for messages.</param>
    /// <param name="time">Certificates are valid at its instant.</param>
    /// <exception cref="FormatException">No certificate in it.</exception>
    public TrustedRoots(string pem, string from, TimeProvider time)
    {
        (_time, _from) = (time, from);
        try
        {
            _roots.ImportFromPem(pem);
        }
        catch (CryptographicException error)
        {
            throw new FormatException($"The certificates of {from} cannot be read: {error.Message}", error);
        }

        if (_roots.Count == 0)
        {
            throw new FormatException($"{from} holds no certificate: it must be PEM that begins with -----BEGIN CERTIFICATE-----.");
        }
    }

    /// <summary>Why the last certificate was refused; null if it was not.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Whether a server's certificate names the host, chains to one of the roots and is valid now.</summary>
    /// <param name="errors">What the TLS library found; its view of the chain is replaced by ours.</param>
    /// <param name="sent">The chain that the server sent along; it may hold intermediates.</param>
    public bool Accepts(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors, string host)
    {
        LastRefusal = certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)
            ? "the server showed no certificate"
            : Refusal(certificate, sent, errors, host);
        return LastRefusal is null;
    }

    public void Dispose()
    {
        foreach (X509Certificate2 root in _roots)
        {
            root.Dispose();
        }
    }

    private string? Refusal(X509Certificate certificate, X509Chain? sent, SslPolicyErrors errors, string host)
    {
        // The callback's certificate belongs to the caller; a copy of ours may be disposed.
        using var server = new X509Certificate2(certificate);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the certificate '{server.Subject}' is not for '{host}': connect by a name it holds, or issue it for this one";
        }

        DateTime now = _time.GetUtcNow().UtcDateTime;
        if (now < server.NotBefore.ToUniversalTime() || now > server.NotAfter.ToUniversalTime())
        {
            return $"the certificate '{server.Subject}' is valid from {server.NotBefore.ToUniversalTime():u} to {server.NotAfter.ToUniversalTime():u}"
                + $" and this clock says {now:u}: is the clock right, is the certificate renewed?";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now;
        if (sent is not null)
        {
            X509Certificate2[] shown = [.. sent.ChainElements.Select(element => element.Certificate)];
            chain.ChainPolicy.ExtraStore.AddRange(shown);
        }

        return chain.Build(server)
            ? null
            : $"the certificate '{server.Subject}', issued by '{server.Issuer}', is not of a root in {_from}"
                + $" ({string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()))})";
    }
}
