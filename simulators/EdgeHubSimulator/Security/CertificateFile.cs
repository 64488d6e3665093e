using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeHubSimulator.Security;

/// <summary>Certificates in PEM files of mode 600, with their keys or without.</summary>
internal static class CertificateFile
{
    /// <summary>A certificate with its key; null where there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is no certificate and key; the message names it.</exception>
    public static X509Certificate2? ReadPair(string path) => File.Exists(path) ? Read(path, () => X509Certificate2.CreateFromPemFile(path)) : null;

    /// <summary>Certificates without keys; none where there is no file.</summary>
    /// <exception cref="InvalidDataException">The file holds something else; the message names it.</exception>
    public static X509Certificate2Collection ReadAll(string path) => !File.Exists(path) ? [] : Read(path, () =>
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(path);
        return all;
    });

    public static void WritePair(string path, X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        PrivateFile.Write(path, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

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
