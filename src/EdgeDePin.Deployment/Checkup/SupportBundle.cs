using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace EdgeDePin.Deployment.Checkup;

/// <summary>What somebody far away needs to help: a .tar.gz with the report, settings and system facts, and no secret in it.</summary>
public static partial class SupportBundle
{
    private const string Hidden = "(hidden)";

    private static readonly string[] Files =
    [
        "/etc/aziot/config.toml", Doctor.ManifestPath, "/etc/edgedepin/site-ca.pem", "/etc/edgedepin/device.pem", "/etc/os-release", "/etc/hostname",
        "/proc/cpuinfo", "/proc/meminfo", "/proc/mounts", "/proc/uptime", "/proc/loadavg", "/boot/firmware/config.txt", "/boot/firmware/cmdline.txt",
        "/sys/class/thermal/thermal_zone0/temp",
    ];

    /// <summary>Writes the bundle, mode 600; an existing file is never overwritten.</summary>
    /// <exception cref="IOException">It is there already, or cannot be written.</exception>
    public static void Write(string file, DeviceRoot root, string report, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(time);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(file, options);
        using var gzip = new GZipStream(stream, CompressionLevel.Optimal);
        using var tar = new TarWriter(gzip);
        Add(tar, "doctor.txt", report, time);
        foreach (string path in Files.Concat(root.Files("/etc/edgedepin/modules", "*.env")).Concat(root.Files("/etc/systemd/system", "edgedepin-*.service")))
        {
            if (root.Text(path) is { } text)
            {
                Add(tar, $"root{path}", Redact(text), time);
            }
        }
    }

    /// <summary>The text with everything hidden that may be a secret: keys in PEM, and the value of whatever is called a key, password, token or the like.</summary>
    public static string Redact(string text)
    {
        text = PrivateKey().Replace(text, Hidden);
        text = Inner().Replace(text, match => match.Groups["name"].Value + Hidden);
        return Named().Replace(text, match => match.Groups["name"].Value + Hidden);
    }

    private static void Add(TarWriter tar, string name, string text, TimeProvider time) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
        ModificationTime = time.GetUtcNow(),
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\\z)", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex PrivateKey();

    // SharedAccessKey=… inside a connection string, and user:password@ inside an address.
    [GeneratedRegex("(?<name>(SharedAccessKey|SharedAccessSignature|sig)=|://[^/:@\\s\"]+:)[^;\\s\"'@]+", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Inner();

    // name = value, name: value and "name": {"value": value}, up to the end of the line or of the value.
    [GeneratedRegex("(?<name>[\"']?[\\w.-]*(password|passwd|passphrase|secret|token|psk|connection_?string|symmetric_?key|api_?key|device_id_pk|sharedaccesskey)[\\w.-]*[\"']?\\s*[=:]\\s*(\\{\\s*[\"']?value[\"']?\\s*[=:]\\s*)?)([\"'](\\\\.|[^\"'\\\\])*[\"']|[^\\s,}\\]]+)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Named();
}
