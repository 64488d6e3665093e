using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace EdgeHubSimulator.Security;

/// <summary>
/// A certificate authority for one site, in a folder: it issues what the hub's TLS needs, and renews everything by itself, its own
/// root included, without a cloud. Nothing waits for a date: whether something must be renewed is asked whenever it is used.
/// Safe for concurrent use.
/// </summary>
public sealed class SiteCa : IDisposable
{
    // A device whose clock was wrong at the first start, or a neighbour whose clock is a little behind, must still accept it.
    private static readonly TimeSpan Backdated = TimeSpan.FromDays(1);

    // Renewed when a third of the life is left, as edgelet does with its certificates.
    private const double LeftAtRenewal = 1 / 3d;

    /// <summary>The present root and those before it that have not ended; a module that is away for long may know an older one.</summary>
    private const int MaxRoots = 4;

    private readonly string _folder;
    private readonly SiteCaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private X509Certificate2Collection _roots = [];
    private X509Certificate2? _root;
    private X509Certificate2? _server;

    /// <param name="folder">Made if it is not there; only its owner may enter.</param>
    /// <exception cref="InvalidDataException">A file in the folder is no certificate or key; the message names it.</exception>
    public SiteCa(string folder, SiteCaOptions options, TimeProvider time, ILogger log)
    {
        (_folder, _options, _time, _log) = (folder, options, time, log);
        PrivateFile.MakeFolder(folder);
        (_root, _roots) = (ReadPair("root"), ReadRoots());
        _server = ReadPair("server");
    }

    /// <summary>How many certificates were issued by this object, for display.</summary>
    public long Issued { get; private set; }

    /// <summary>PEM file of the roots to trust, for modules that are given a file.</summary>
    public string TrustBundleFile => Path.Combine(_folder, "trust-bundle.pem");

    /// <summary>The roots to trust now, as PEM; the present one first.</summary>
    public string TrustBundle()
    {
        lock (_gate)
        {
            Root(_time.GetUtcNow());
            return Bundle();
        }
    }

    /// <summary>The hub's certificate with its key, renewed if it is time.</summary>
    public X509Certificate2 Server()
    {
        lock (_gate)
        {
            DateTimeOffset now = _time.GetUtcNow();
            X509Certificate2 root = Root(now);
            if (_server is null || IsDue(_server, now) || _server.Issuer != root.Subject || _options.HostNames.Any(name => !_server.MatchesHostname(name)))
            {
                _server = Issue(root, _options.HostNames, now + _options.ServerLifetime, now);
                WritePair("server", _server);
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
            return Issue(Root(now), names, now + _options.ServerLifetime, now);
        }
    }

    public void Dispose()
    {
        _root?.Dispose();
        _server?.Dispose();
    }

    private X509Certificate2 Root(DateTimeOffset now)
    {
        // A root must outlive whatever it issues, so it is renewed while a whole server's life is left in it.
        if (_root is null || IsDue(_root, now) || _root.NotAfter.ToUniversalTime() < (now + (_options.ServerLifetime * 2)).UtcDateTime)
        {
            _root = MakeRoot(now);
            WritePair("root", _root);
            _roots = [_root, .. _roots.Where(root => root.NotAfter.ToUniversalTime() > now.UtcDateTime).Take(MaxRoots - 1)];
            PrivateFile.Write(TrustBundleFile, Bundle());
            LocalHubLog.Issued(_log, _root.Subject, _root.NotAfter.ToUniversalTime());
        }

        return _root;
    }

    private X509Certificate2 MakeRoot(DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The name holds the day, so that two roots of one site can be told apart by those who chain to them.
        var request = new CertificateRequest($"CN=EdgeDePin site CA {now:yyyy-MM-dd HH:mm:ss}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Issued++;
        return request.CreateSelfSigned(now - Backdated, now + _options.RootLifetime);
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
        Issued++;
        using X509Certificate2 bare = request.Create(root, now - Backdated, until, serial);
        return bare.CopyWithPrivateKey(key);
    }

    private static bool IsDue(X509Certificate2 certificate, DateTimeOffset now)
    {
        TimeSpan life = certificate.NotAfter - certificate.NotBefore;
        return now.UtcDateTime < certificate.NotBefore.ToUniversalTime() || now.UtcDateTime > certificate.NotAfter.ToUniversalTime() - (life * LeftAtRenewal);
    }

    private string Bundle() => string.Concat(_roots.Select(root => root.ExportCertificatePem() + "\n"));

    private void WritePair(string name, X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        PrivateFile.Write(Path.Combine(_folder, name + ".pem"), $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    private X509Certificate2? ReadPair(string name)
    {
        string path = Path.Combine(_folder, name + ".pem");
        return File.Exists(path) ? Read(path, () => X509Certificate2.CreateFromPemFile(path)) : null;
    }

    private X509Certificate2Collection ReadRoots() => !File.Exists(TrustBundleFile) ? [] : Read(TrustBundleFile, () =>
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(TrustBundleFile);
        return roots;
    });

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CryptographicException error)
        {
            throw new InvalidDataException(
                $"{path} cannot be read as PEM ({error.Message}): restore it from a backup, or delete the folder and let every module have the new trust bundle.", error);
        }
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
