using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeDePin.Sharing.Mqtt;

/// <summary>By what a node knows its brokers, and they know the node (TLS 1.2 or 1.3, RFC 8446).</summary>
/// <param name="Authorities">That may have signed a broker's certificate; empty: those of the system.</param>
/// <param name="Own">Shown to the broker; null: none.</param>
public sealed record BrokerCertificates(X509Certificate2Collection Authorities, X509Certificate2? Own) : IDisposable
{
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads the files anew, so that a renewed certificate is used from the next connection on.</summary>
    /// <exception cref="InvalidDataException">A file is missing, is no PEM, does not belong to the other, or others may read the key; the message names file and remedy.</exception>
    public static BrokerCertificates Load(MqttLinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var authorities = new X509Certificate2Collection();
        if (options.CaFile is { } authority)
        {
            Read(authority, "CaFile", () => authorities.ImportFromPemFile(authority));
            if (authorities.Count == 0)
            {
                throw new InvalidDataException($"{authority} (CaFile) has no certificate in it; it takes the authority's certificate as PEM.");
            }
        }

        X509Certificate2? own = null;
        if (options is { CertificateFile: { } certificate, KeyFile: { } key })
        {
            Read(key, "KeyFile", () => Guard(key));
            Read(certificate, "CertificateFile", () => own = X509Certificate2.CreateFromPemFile(certificate, key));
        }

        return new BrokerCertificates(authorities, own);
    }

    public void Dispose()
    {
        Own?.Dispose();
        foreach (X509Certificate2 authority in Authorities)
        {
            authority.Dispose();
        }
    }

    private static void Read(string file, string option, Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"{file} ({option}) cannot be used: {error.Message}", error);
        }
    }

    private static void Guard(string key)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(key) & OfOthers) != UnixFileMode.None)
        {
            throw new IOException($"others may read it; 'chmod 600 {key}' makes it the node's own.");
        }
    }
}
