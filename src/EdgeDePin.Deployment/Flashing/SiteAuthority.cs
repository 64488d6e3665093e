using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeDePin.Deployment.Flashing;

/// <summary>
/// The certificate authority of a site: a folder with <c>site-ca.pem</c> and <c>site-ca.key.pem</c> (mode 600). Devices of a site trust it,
/// and each gets a certificate of its own and an authority below it for its modules.
/// </summary>
public sealed class SiteAuthority : IDisposable
{
    private const string CertificateFile = "site-ca.pem";
    private const string KeyFile = "site-ca.key.pem";
    private const int AuthorityYears = 20;
    private const int DeviceYears = 5;

    private readonly X509Certificate2 _certificate;
    private readonly TimeProvider _time;

    private SiteAuthority(X509Certificate2 certificate, TimeProvider time) => (_certificate, _time) = (certificate, time);

    /// <summary>PEM of the authority's certificate.</summary>
    public string Certificate => _certificate.ExportCertificatePem() + "\n";

    /// <summary>Opens the authority in a folder, or makes it where there is none.</summary>
    /// <exception cref="DeploymentException">The files are damaged, or others can read the key.</exception>
    public static SiteAuthority OpenOrCreate(string folder, string site, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        string certificate = Path.Combine(folder, CertificateFile), key = Path.Combine(folder, KeyFile);
        if (!File.Exists(key))
        {
            if (File.Exists(certificate))
            {
                throw new DeploymentException($"{certificate} is here without {KeyFile}: bring the key, or name another folder for a new site.");
            }

            Create(folder, certificate, key, site, time);
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(key) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) is not UnixFileMode.None)
        {
            throw new DeploymentException($"{key} signs for every device of the site and others can read it: run 'chmod 600 {key}'.");
        }

        try
        {
            return new SiteAuthority(X509Certificate2.CreateFromPemFile(certificate, key), time);
        }
        catch (Exception error) when (error is CryptographicException or IOException)
        {
            throw new DeploymentException($"{folder} holds no usable site authority: {error.Message}", error);
        }
    }

    /// <summary>A certificate for a device's own servers and clients, and its key; both PEM.</summary>
    public (string Certificate, string Key) ForDevice(DeviceName device)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={device}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(device.Text);
        names.AddDnsName($"{device}.local");
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(names.Build());
        return Issue(request, key);
    }

    /// <summary>An authority for the certificates of a device's modules (<c>edge_ca</c> of IoT Edge), and its key; both PEM, with the site's certificate behind.</summary>
    public (string Certificate, string Key) ForModules(DeviceName device)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={device} edge CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        (string certificate, string pem) = Issue(request, key);
        return (certificate + Certificate, pem);
    }

    public void Dispose() => _certificate.Dispose();

    private static void Create(string folder, string certificate, string key, string site, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={site} site CA", pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = time.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(AuthorityYears));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new StreamWriter(new FileStream(key, options)))
        {
            file.Write(pair.ExportPkcs8PrivateKeyPem() + "\n");
        }

        File.WriteAllText(certificate, made.ExportCertificatePem() + "\n");
    }

    private (string Certificate, string Key) Issue(CertificateRequest request, ECDsa key)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = _time.GetUtcNow();
        // A Pi without a battery-backed clock starts in the past: a day of slack lets it begin.
        var authorityEnds = new DateTimeOffset(_certificate.NotAfter);
        DateTimeOffset until = now.AddYears(DeviceYears) < authorityEnds ? now.AddYears(DeviceYears) : authorityEnds;
        using X509Certificate2 made = request.Create(_certificate, now.AddDays(-1), until, RandomNumberGenerator.GetBytes(16));
        return (made.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
