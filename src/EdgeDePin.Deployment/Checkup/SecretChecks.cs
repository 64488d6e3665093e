using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeDePin.Deployment.Checkup;

/// <summary>Are secrets kept, and how long do certificates live?</summary>
internal static class SecretChecks
{
    private const int WarnDays = 30;
    private const int AlarmDays = 14;

    // Where podman keeps the volume of the hub.
    private const string HubCertificates = "/var/lib/containers/storage/volumes/edgedepin-hub/_data/hub/ca";

    private static readonly string[] SecretFiles = ["/etc/aziot/config.toml", "/etc/edgedepin/manifest.json"];

    public static IEnumerable<CheckResult> Run(DeviceRoot root, TimeProvider time) => Modes(root).Concat(Certificates(root, time)).Concat(SiteRoots(root, time));

    private static IEnumerable<CheckResult> Modes(DeviceRoot root)
    {
        string[] files = [.. SecretFiles.Concat(root.Files("/etc/edgedepin", "*.key.pem"))
            .Concat(root.Files("/etc/edgedepin/modules", "*.env")).Where(root.Has)];
        string[] open = [.. files.Where(file => !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(root.At(file)) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) is not UnixFileMode.None)];
        yield return files.Length == 0 ? new CheckResult("permissions", Verdict.Skipped, "no secrets of ours here")
            : open.Length > 0 ? new CheckResult("permissions", Verdict.Bad, $"others can reach {string.Join(", ", open)}",
                $"Run 'chmod 600 {string.Join(' ', open)}'.")
            : new CheckResult("permissions", Verdict.Good, $"{files.Length} files with secrets are their owner's alone");
    }

    // A hub whose clock was wrong has a root for that time beside its own, and uses its own when the clock is right again.
    private static IEnumerable<CheckResult> SiteRoots(DeviceRoot root, TimeProvider time)
    {
        if (root.Text($"{HubCertificates}/root.pem") is not { } text)
        {
            yield break;
        }

        DateTimeOffset now = time.GetUtcNow();
        X509Certificate2? own = null;
        try
        {
            own = X509Certificate2.CreateFromPem(text);
        }
        catch (CryptographicException)
        {
            // Said below, as a file without a certificate.
        }

        using (own)
        {
            DateTimeOffset from = own is null ? default : new(own.NotBefore), until = own is null ? default : new(own.NotAfter);
            int strange = own is null ? 0 : OfAnotherTime(root, own);
            yield return own is null ? new CheckResult("site-root", Verdict.Bad, $"{HubCertificates}/root.pem holds no certificate", "Restore it from a backup.")
                : now < from || now > until ? new CheckResult("site-root", Verdict.Bad,
                    $"the hub's root is valid from {from:yyyy-MM-dd} to {until:yyyy-MM-dd}, and here it is {now:yyyy-MM-dd}: another one stands in",
                    "Set the clock: 'timedatectl set-ntp true'. The root comes back with it.")
                : strange > 0 ? new CheckResult("site-root", Verdict.Warning,
                    $"the hub's root is good, and {strange} beside it {(strange == 1 ? "was" : "were")} made when the clock was wrong",
                    "See that the clock stays right: 'timedatectl set-ntp true'. Nothing is lost: modules trust them all.")
                : new CheckResult("site-root", Verdict.Good, $"the hub's root is valid until {until:yyyy-MM-dd}");
        }
    }

    // A renewed root overlaps the one that it followed; what begins after the hub's own, or ended before a gap, no clock that was right has made.
    private static int OfAnotherTime(DeviceRoot root, X509Certificate2 own)
    {
        int strange = 0;
        DateTimeOffset begins = new(own.NotBefore), followed = begins;
        foreach ((DateTimeOffset from, DateTimeOffset until) in root.Files(HubCertificates, "root-*.pem").Select(file => Life(root.Text(file))).OrderDescending())
        {
            if (from > begins || until < followed)
            {
                strange++;
            }
            else
            {
                followed = from < followed ? from : followed;
            }
        }

        return strange;
    }

    // What is no certificate the hub itself refuses, and names.
    private static (DateTimeOffset From, DateTimeOffset Until) Life(string? pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem ?? "");
            return (new(certificate.NotBefore), new(certificate.NotAfter));
        }
        catch (CryptographicException)
        {
            return (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        }
    }

    private static IEnumerable<CheckResult> Certificates(DeviceRoot root, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (string file in root.Files("/etc/edgedepin", "*.pem").Where(file => !file.EndsWith(".key.pem", StringComparison.Ordinal)))
        {
            X509Certificate2? certificate = null;
            string problem = "";
            try
            {
                certificate = X509Certificate2.CreateFromPem(root.Text(file) ?? "");
            }
            catch (CryptographicException error)
            {
                problem = error.Message;
            }

            if (certificate is null)
            {
                yield return new CheckResult("certificate", Verdict.Bad, $"{file} holds no certificate: {problem}",
                    "Flash the device again, or copy the file from the site's authority.");
                continue;
            }

            using (certificate)
            {
                DateTimeOffset from = new(certificate.NotBefore), until = new(certificate.NotAfter);
                string days = Math.Floor((until - now).TotalDays).ToString("0", CultureInfo.InvariantCulture);
                yield return now < from ? new CheckResult("certificate", Verdict.Bad,
                    $"{file} is valid from {from:yyyy-MM-dd} on only", "The clock is wrong: see the check 'clock'.")
                    : now > until ? new CheckResult("certificate", Verdict.Bad, $"{file} ended on {until:yyyy-MM-dd}",
                        "Renew it with the site's authority: 'edgedepin flash' makes a new one.")
                    : until - now < TimeSpan.FromDays(AlarmDays)
                        ? new CheckResult("certificate", Verdict.Bad, $"{file} ends in {days} days", "Renew it now.")
                    : until - now < TimeSpan.FromDays(WarnDays)
                        ? new CheckResult("certificate", Verdict.Warning, $"{file} ends in {days} days", "Renew it.")
                    : new CheckResult("certificate", Verdict.Good, $"{file} lives {days} days more");
            }
        }
    }
}
