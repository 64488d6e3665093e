using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeDePin.EdgeHub;
using Microsoft.Extensions.Logging;

namespace EdgeHubSimulator.Security;

/// <summary>
/// The roots of a site with their keys, in a folder. One is the site's own; it is renewed within its life. A clock that says a time outside of
/// that life is taken for wrong: a root for that time stands in beside the site's own, which is kept and comes back with the clock. Only a
/// clock that has stood for <see cref="Confirmation"/> without being set can make the other root the site's own, and end one that has ended.
/// Not safe for concurrent use.
/// </summary>
internal sealed class SiteRoots : IDisposable
{
    /// <summary>How long a clock must have gone on by itself before anything is given up because of what it says. A new start begins anew.</summary>
    public static readonly TimeSpan Confirmation = TimeSpan.FromDays(30);

    /// <summary>The roots that are kept; a module that is away for long may know an older one.</summary>
    private const int MaxRoots = 4;

    // Renewed when a third of the life is left, as edgelet does with its certificates.
    private const double LeftAtRenewal = 1 / 3d;

    // Less is what a clock without a battery is behind after a night without power.
    private static readonly TimeSpan ClockStep = TimeSpan.FromDays(1);

    private readonly string _folder;
    private readonly SiteCaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    // The site's own first, then those beside it, the latest first.
    private readonly List<X509Certificate2> _roots = [];
    private readonly List<X509Certificate2> _withoutKey = [];
    private X509Certificate2? _present;
    private ClockWatch _clock;
    private long _steadySince;

    /// <exception cref="InvalidDataException">A file in the folder is no certificate or key; the message names it.</exception>
    public SiteRoots(string folder, SiteCaOptions options, TimeProvider time, ILogger log)
    {
        (_folder, _options, _time, _log) = (folder, options, time, log);
        (_clock, _steadySince) = (new ClockWatch(time), time.GetTimestamp());
        foreach (string file in (string[])[OwnFile, .. Directory.EnumerateFiles(folder, "root-*.pem")])
        {
            if (CertificateFile.ReadPair(file) is { } root && !_roots.Exists(known => known.Thumbprint == root.Thumbprint))
            {
                _roots.Add(root);
            }
        }

        SortOthers();
        _withoutKey.AddRange(CertificateFile.ReadAll(BundleFile).Where(listed => !_roots.Exists(root => root.Thumbprint == listed.Thumbprint)));
    }

    /// <summary>How many this object has made, for display.</summary>
    public long Made { get; private set; }

    /// <summary>PEM file of all of them, for modules that are given a file.</summary>
    public string BundleFile => Path.Combine(_folder, "trust-bundle.pem");

    private string OwnFile => Path.Combine(_folder, "root.pem");

    private TimeSpan Steady => _time.GetElapsedTime(_steadySince);

    /// <summary>The roots to trust, as PEM; the present one first.</summary>
    public string Bundle() => string.Concat(
        _roots.OrderByDescending(root => ReferenceEquals(root, _present)).Concat(_withoutKey).Select(root => root.ExportCertificatePem() + "\n"));

    /// <summary>The root to issue with now.</summary>
    public X509Certificate2 At(DateTimeOffset now)
    {
        LookAtClock(now);
        X509Certificate2? known = _roots.Find(known => IsUsable(known, now));
        X509Certificate2 root = known ?? Make(now);
        if (!ReferenceEquals(root, _present))
        {
            Use(root, isNew: known is null);
        }
        else if (Steady >= Confirmation)
        {
            Settle(root, now);
        }

        return root;
    }

    /// <summary>Whether a certificate is not valid, or in the last third of its life.</summary>
    public static bool IsDue(X509Certificate2 certificate, DateTimeOffset now) =>
        !IsAlive(certificate, now) || now.UtcDateTime > certificate.NotAfter.ToUniversalTime() - ((certificate.NotAfter - certificate.NotBefore) * LeftAtRenewal);

    public void Dispose()
    {
        foreach (X509Certificate2 root in _roots.Concat(_withoutKey))
        {
            root.Dispose();
        }
    }

    private static bool IsAlive(X509Certificate2 certificate, DateTimeOffset now) =>
        now.UtcDateTime >= certificate.NotBefore.ToUniversalTime() && now.UtcDateTime <= certificate.NotAfter.ToUniversalTime();

    // A root must outlive whatever it issues, so it is renewed while a whole server's life is left in it.
    private bool IsUsable(X509Certificate2 root, DateTimeOffset now) =>
        !IsDue(root, now) && root.NotAfter.ToUniversalTime() >= (now + (_options.ServerLifetime * 2)).UtcDateTime;

    private void LookAtClock(DateTimeOffset now)
    {
        if (_clock.Step.Duration() >= ClockStep)
        {
            LocalHubLog.ClockSet(_log, _clock.Step, now.UtcDateTime);
            (_clock, _steadySince) = (new ClockWatch(_time), _time.GetTimestamp());
        }
    }

    private void Use(X509Certificate2 root, bool isNew)
    {
        if (_present is not null && ReferenceEquals(root, _roots[0]) && !isNew)
        {
            LocalHubLog.RootAgain(_log, root.Subject);
        }

        (_present, _steadySince) = (root, _time.GetTimestamp());
        Save();
    }

    private X509Certificate2 Make(DateTimeOffset now)
    {
        X509Certificate2 made = New(now);
        Made++;
        LocalHubLog.Issued(_log, made.Subject, made.NotAfter.ToUniversalTime());
        if (_roots.Count == 0 || IsAlive(_roots[0], now))
        {
            _roots.Insert(0, made);
        }
        else
        {
            X509Certificate2 own = _roots[0];
            LocalHubLog.RootBeside(_log, now.UtcDateTime, own.Subject, own.NotBefore.ToUniversalTime(), own.NotAfter.ToUniversalTime());
            _roots.Add(made);
        }

        SortOthers();
        X509Certificate2[] surplus = [.. _roots.Skip(1).Where(root => !ReferenceEquals(root, made)).Reverse().Take(_roots.Count - MaxRoots)];
        _roots.RemoveAll(surplus.Contains);
        return made;
    }

    private X509Certificate2 New(DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The name holds the day, so that two roots of one site can be told apart by those who chain to them.
        var request = new CertificateRequest($"CN=EdgeDePin site CA {now:yyyy-MM-dd HH:mm:ss}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now - SiteCa.Backdated, now + _options.RootLifetime);
    }

    // The clock has gone on by itself for long enough: what it says holds.
    private void Settle(X509Certificate2 present, DateTimeOffset now)
    {
        bool changed = !ReferenceEquals(present, _roots[0]);
        if (changed)
        {
            _roots.Remove(present);
            _roots.Insert(0, present);
            SortOthers();
        }

        changed |= _roots.RemoveAll(root => HasEnded(root)) + _withoutKey.RemoveAll(root => HasEnded(root)) > 0;
        if (changed)
        {
            Save();
        }

        bool HasEnded(X509Certificate2 root) => root.NotAfter.ToUniversalTime() < (now - ClockStep).UtcDateTime;
    }

    private void SortOthers()
    {
        if (_roots.Count > 2)
        {
            _roots.Sort(1, _roots.Count - 1, Comparer<X509Certificate2>.Create((left, right) => right.NotBefore.CompareTo(left.NotBefore)));
        }
    }

    // What is beside first, then the site's own, and only then what is no longer needed: a crash in between leaves one too many, never one too few.
    private void Save()
    {
        string[] beside = [.. _roots.Skip(1).Select(FileOf)];
        foreach ((string file, X509Certificate2 root) in beside.Zip(_roots.Skip(1)).Where(pair => !File.Exists(pair.First)))
        {
            CertificateFile.WritePair(file, root);
        }

        CertificateFile.WritePair(OwnFile, _roots[0]);
        PrivateFile.Write(BundleFile, Bundle());
        foreach (string file in Directory.EnumerateFiles(_folder, "root-*.pem").Except(beside))
        {
            File.Delete(file);
        }
    }

    private string FileOf(X509Certificate2 root) => Path.Combine(_folder, $"root-{root.Thumbprint[..16].ToLowerInvariant()}.pem");
}
