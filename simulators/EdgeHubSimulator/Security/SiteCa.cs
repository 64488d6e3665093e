using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace EdgeHubSimulator.Security;

/// <summary>
/// A certificate authority for one site, in a folder: it issues what the hub's TLS needs, and renews everything by itself, its own
/// root included, without a cloud. Nothing waits for a date: whether something must be renewed is asked whenever it is used. A clock that is wrong
/// costs no root: see <see cref="SiteRoots"/>.
/// Safe for concurrent use.
/// </summary>
public sealed class SiteCa : IDisposable
{
    // A device whose clock was wrong at the first start, or a neighbour whose clock is a little behind, must still accept it.
    internal static readonly TimeSpan Backdated = TimeSpan.FromDays(1);

    private readonly string _folder;
    private readonly SiteCaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly SiteRoots _roots;
    private X509Certificate2? _server;
    private long _issued;

    /// <param name="folder">Made if it is not there; only its owner may enter.</param>
    /// <exception cref="InvalidDataException">A file in the folder is no certificate or key; the message names it.</exception>
    public SiteCa(string folder, SiteCaOptions options, TimeProvider time, ILogger log)
    {
        (_folder, _options, _time, _log) = (folder, options, time, log);
        PrivateFile.MakeFolder(folder);
        _roots = new SiteRoots(folder, options, time, log);
        _server = CertificateFile.ReadPair(ServerFile);
    }

    /// <summary>How many certificates were issued by this object, for display.</summary>
    public long Issued => _issued + _roots.Made;

    /// <summary>PEM file of the roots to trust, for modules that are given a file.</summary>
    public string TrustBundleFile => _roots.BundleFile;

    /// <summary>The roots to trust now, as PEM; the present one first.</summary>
    public string TrustBundle()
    {
        lock (_gate)
        {
            _roots.At(_time.GetUtcNow());
            return _roots.Bundle();
        }
    }

    /// <summary>The hub's certificate with its key, renewed if it is time.</summary>
    public X509Certificate2 Server()
    {
        lock (_gate)
        {
            DateTimeOffset now = _time.GetUtcNow();
            X509Certificate2 root = _roots.At(now);
            if (_server is null || SiteRoots.IsDue(_server, now) || _server.Issuer != root.Subject || _options.HostNames.Any(name => !_server.MatchesHostname(name)))
            {
                _server = Issue(root, _options.HostNames, now + _options.ServerLifetime, now);
                CertificateFile.WritePair(ServerFile, _server);
                LocalHubLog.Issued(_log, _server.Subject, _server.NotAfter.ToUniversalTime());
            }

            return _server;
        }
    }

    /// <summary>A certificate for a server of a module.</summary>
    public X509Certificate2 ServerFor(params IReadOnlyList<string> names)
    {
        lock (_gate)
        {
            DateTimeOffset now = _time.GetUtcNow();
            return Issue(_roots.At(now), names, now + _options.ServerLifetime, now);
        }
    }

    private string ServerFile => Path.Combine(_folder, "server.pem");

    public void Dispose()
    {
        _roots.Dispose();
        _server?.Dispose();
    }

    private X509Certificate2 Issue(X509Certificate2 root, IReadOnlyList<string> names, DateTimeOffset until, DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(names[0]);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        _issued++;
        using X509Certificate2 bare = request.Create(root, now - Backdated, until, serial);
        return bare.CopyWithPrivateKey(key);
    }
}

/// <summary>How long a site's certificates live, and for which names.</summary>
public sealed class SiteCaOptions
{
    /// <summary>Names and addresses under which modules reach the hub; the first one is the subject. Default loopback only.</summary>
    public IReadOnlyList<string> HostNames { get; set; } = ["localhost", "127.0.0.1"];

    /// <summary>Life of the root, at least three times that of a server. Default 10 years; renewed when a third is left.</summary>
    public TimeSpan RootLifetime { get; set; } = TimeSpan.FromDays(3650);

    /// <summary>Life of a server's certificate, 1 hour or more. Default 30 days; renewed when a third is left.</summary>
    public TimeSpan ServerLifetime { get; set; } = TimeSpan.FromDays(30);
}
