using System.Globalization;
using System.Text;
using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Identity;

/// <summary>
/// A site's papers on disk. With the founder: <c>site</c> (its name), <c>identity</c> (the root's key, mode 600),
/// <c>members/ID.certificate</c> and <c>revocations</c>. With a member, in <c>site/</c> of its data folder: <c>roots</c> (public
/// keys in hexadecimal, a line each), <c>certificate</c> and <c>revocations</c>.
/// </summary>
public static class SiteFolder
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const int MaxRoots = 16;

    /// <summary>Founds a site: makes its root key.</summary>
    /// <exception cref="IOException">There is a site already, or the folder cannot be written.</exception>
    public static NodeIdentity Create(string folder, string site)
    {
        string name = Path.Combine(folder, "site");
        if (File.Exists(name))
        {
            throw new IOException($"{folder} holds site '{SiteOf(folder)}' already; take another folder, or keep this one.");
        }

        NodeIdentity root = NodeIdentity.LoadKey(folder, create: true);
        AtomicFile.Create(name, Encoding.UTF8.GetBytes(site + "\n"), Readable);
        return root;
    }

    /// <exception cref="FileNotFoundException">No site lives there.</exception>
    public static string SiteOf(string folder)
    {
        string name = Path.Combine(folder, "site");
        return File.Exists(name)
            ? File.ReadAllText(name).Trim()
            : throw new FileNotFoundException($"{name} is missing: no site was created in {folder} (edgedepin site create).", name);
    }

    /// <summary>The list of whom the site no longer knows, as the founder keeps it.</summary>
    /// <exception cref="InvalidDataException">The list is not signed by this root.</exception>
    public static RevocationList Revocations(string folder, string site, NodeIdentity root)
    {
        ArgumentNullException.ThrowIfNull(root);
        string path = Path.Combine(folder, "revocations");
        if (!File.Exists(path))
        {
            return RevocationList.Empty;
        }

        return RevocationList.TryOpen(File.ReadAllBytes(path), site, SignatureScheme.Ed25519, out RevocationList? list, out byte[]? signer)
            && signer.AsSpan().SequenceEqual(root.PublicKey)
                ? list
                : throw new InvalidDataException($"{path} is not signed by the root of '{site}': restore it from a backup; never begin a new one.");
    }

    /// <summary>Adds an entry to the list; it only grows.</summary>
    public static RevocationList Revoke(string folder, string site, NodeIdentity root, Revocation entry)
    {
        RevocationList list = Revocations(folder, site, root).With(entry);
        AtomicFile.Replace(Path.Combine(folder, "revocations"), list.Seal(root, site), Readable);
        return list;
    }

    /// <summary>Keeps a member's certificate with the founder.</summary>
    public static void Keep(string folder, NodeId node, ReadOnlySpan<byte> certificate)
    {
        Directory.CreateDirectory(Path.Combine(folder, "members"));
        AtomicFile.Replace(Path.Combine(folder, "members", $"{node}.certificate"), certificate, Readable);
    }

    /// <summary>The certificates that the founder gave, the newest of each member.</summary>
    public static IEnumerable<Certificate> Members(string folder, string site)
    {
        string members = Path.Combine(folder, "members");
        string[] paths = Directory.Exists(members) ? Directory.GetFiles(members, "*.certificate") : [];
        foreach (string path in paths.Order(StringComparer.Ordinal))
        {
            if (Certificate.TryOpen(File.ReadAllBytes(path), site, SignatureScheme.Ed25519, out Certificate? certificate))
            {
                yield return certificate;
            }
        }
    }

    /// <summary>Gives a member its papers.</summary>
    /// <param name="dataFolder">Of the node.</param>
    public static void Hand(string dataFolder, IReadOnlyCollection<byte[]> roots, ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> revocations)
    {
        ArgumentNullException.ThrowIfNull(roots);
        string folder = Path.Combine(dataFolder, "site");
        Directory.CreateDirectory(folder);
        string lines = string.Join("", roots.Select(root => Convert.ToHexStringLower(root) + "\n"));
        AtomicFile.Replace(Path.Combine(folder, "roots"), Encoding.ASCII.GetBytes(lines), Readable);
        AtomicFile.Replace(Path.Combine(folder, "certificate"), certificate, Readable);
        if (!revocations.IsEmpty)
        {
            AtomicFile.Replace(Path.Combine(folder, "revocations"), revocations, Readable);
        }
    }

    /// <summary>A member's own papers; an open site where there are none.</summary>
    /// <exception cref="InvalidDataException">A line of the roots is no public key.</exception>
    public static (Membership Membership, IReadOnlyList<ReadOnlyMemory<byte>> Chain) Papers(string dataFolder, string site, TimeSpan leeway)
    {
        string folder = Path.Combine(dataFolder, "site");
        var membership = new Membership(site, Roots(Path.Combine(folder, "roots")), leeway);
        if (File.Exists(Path.Combine(folder, "revocations")))
        {
            membership.TryRevoke(File.ReadAllBytes(Path.Combine(folder, "revocations")));
        }

        return (membership, Chain(dataFolder));
    }

    /// <summary>The certificates that a node has just now; none where it has none.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Chain(string dataFolder)
    {
        string certificate = Path.Combine(dataFolder, "site", "certificate");
        return File.Exists(certificate) ? [File.ReadAllBytes(certificate)] : [];
    }

    /// <summary>Keeps a list that a member received, for its next start.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void KeepRevocations(string dataFolder, ReadOnlySpan<byte> list)
    {
        Directory.CreateDirectory(Path.Combine(dataFolder, "site"));
        AtomicFile.Replace(Path.Combine(dataFolder, "site", "revocations"), list, Readable);
    }

    private static List<byte[]> Roots(string path)
    {
        var roots = new List<byte[]>();
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        for (int number = 0; number < lines.Length; number++)
        {
            byte[] key = new byte[NodeIdentity.KeyLength];
            if (lines[number].Length == 2 * key.Length && roots.Count < MaxRoots
                && Convert.FromHexString(lines[number], key, out _, out _) == System.Buffers.OperationStatus.Done)
            {
                roots.Add(key);
            }
            else
            {
                string line = (number + 1).ToString(CultureInfo.InvariantCulture);
                throw new InvalidDataException(
                    $"{path}:{line}: '{lines[number]}' is no root: 64 hexadecimal digits, at most {MaxRoots} lines (edgedepin site show).");
            }
        }

        return roots;
    }
}
