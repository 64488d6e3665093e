using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeDePin.Model;

namespace EdgeDePin.Sharing.Identity;

/// <summary>
/// The seed of an identity on disk: a line that names the format, the seed in hexadecimal, and eight bytes of its SHA-256, so
/// that a damaged file is told from another identity.
/// </summary>
internal static class SeedFile
{
    private const string Format = "edgedepin-identity-1";
    private const int CheckDigits = 16;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static byte[] ReadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            byte[] seed = RandomNumberGenerator.GetBytes(NodeIdentity.KeyLength);
            string hex = Convert.ToHexStringLower(seed);
            AtomicFile.Create(path, Encoding.ASCII.GetBytes($"{Format}\n{hex}\n{Check(seed)}\n"), OwnerOnly);
        }

        // Read back even what was just made: another process may have been first, and then its identity is the one.
        return Read(path);
    }

    private static byte[] Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) is not UnixFileMode.None and var open)
        {
            throw new UnauthorizedAccessException(
                $"{path} holds this node's private key and others can reach it ({open}): run `chmod 600 {path}`, or move the "
                + "file away to become a new node if somebody may have read it.");
        }

        string[] lines = File.ReadAllLines(path);
        byte[] seed = new byte[NodeIdentity.KeyLength];
        bool intact = lines is [Format, { Length: 2 * NodeIdentity.KeyLength } hex, var check]
            && Convert.FromHexString(hex, seed, out _, out _) == System.Buffers.OperationStatus.Done
            && check == Check(seed);
        return intact
            ? seed
            : throw new InvalidDataException(
                $"{path} is damaged ({new FileInfo(path).Length.ToString(CultureInfo.InvariantCulture)} bytes, expected {Format}): "
                + "restore it from a backup, or move it away to become a new node; credit and trust stay with the old one.");
    }

    private static string Check(ReadOnlySpan<byte> seed) => Digest.Of(seed).ToString()[..CheckDigits];
}
