using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EdgeDePin.Model;
using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.Sharing.Ledger;

/// <summary>
/// A receipt log on disk: frames of length (4 bytes, little-endian), the first 4 bytes of the entry's SHA-256, and the entry.
/// What was not whole when the power went is cut off when it is opened; anything else that does not fit is an error, because a
/// log that forgets is a log that lies.
/// </summary>
public sealed partial class ReceiptFile : IDisposable
{
    private const int Head = 8;
    private const int MaxEntry = 4096;
    private const int Interrupted = 4;

    private readonly FileStream _file;
    private readonly string _path;

    private ReceiptFile(string path, FileStream file, IReadOnlyList<LedgerEntry> entries) => (_path, _file, Entries) = (path, file, entries);

    /// <summary>What was in it when it was opened.</summary>
    public IReadOnlyList<LedgerEntry> Entries { get; }

    /// <param name="path">Made where there is none.</param>
    /// <exception cref="InvalidDataException">An entry within the log is damaged.</exception>
    /// <exception cref="IOException">The file cannot be opened, or another process has it open.</exception>
    public static ReceiptFile Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            List<LedgerEntry> entries = Read(bytes, path, out int whole);
            file.SetLength(whole);
            file.Position = whole;
            return new ReceiptFile(path, file, entries);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The entries of a log that another process may be writing.</summary>
    /// <exception cref="FileNotFoundException">There is no log.</exception>
    /// <exception cref="InvalidDataException">An entry within the log is damaged.</exception>
    public static IReadOnlyList<LedgerEntry> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return Read(bytes, path, out _);
    }

    /// <summary>Appends entries and makes them durable, all with one flush.</summary>
    /// <exception cref="IOException">The disk refused. The log must then be opened again; a flush is never tried twice.</exception>
    public void Append(IReadOnlyList<LedgerEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Span<byte> head = stackalloc byte[Head];
        foreach (LedgerEntry entry in entries)
        {
            byte[] bytes = entry.Encode();
            BinaryPrimitives.WriteInt32LittleEndian(head, bytes.Length);
            Digest.Of(bytes).ToBytes().AsSpan(0, 4).CopyTo(head[4..]);
            _file.Write(head);
            _file.Write(bytes);
        }

        _file.Flush();
        Flush(_file.SafeFileHandle, _path);
    }

    public void Dispose() => _file.Dispose();

    private static List<LedgerEntry> Read(ReadOnlyMemory<byte> bytes, string path, out int whole)
    {
        var entries = new List<LedgerEntry>();
        whole = 0;
        while (bytes.Length - whole >= Head)
        {
            ReadOnlySpan<byte> head = bytes.Span.Slice(whole, Head);
            int length = BinaryPrimitives.ReadInt32LittleEndian(head);
            bool last = length < 0 || length > bytes.Length - whole - Head;
            if (last && length is > 0 and <= MaxEntry)
            {
                // The power went while it was written; nothing was said that rests on it.
                return entries;
            }

            ReadOnlyMemory<byte> entry = last ? default : bytes.Slice(whole + Head, length);
            if (last || !Digest.Of(entry.Span).ToBytes().AsSpan(0, 4).SequenceEqual(head[4..])
                || !LedgerEntry.TryDecode(entry, out LedgerEntry? decoded) || decoded.Number != entries.Count)
            {
                if (bytes.Length - whole <= MaxEntry + Head && bytes.Span[whole..].IndexOfAnyExcept((byte)0) < 0)
                {
                    return entries;
                }

                throw new InvalidDataException(
                    $"{path}, byte {whole}: entry {entries.Count} is damaged. Restore the file from a backup; without it this node's credit is what its neighbours' logs say.");
            }

            entries.Add(decoded);
            whole += Head + length;
        }

        return entries;
    }

    // .NET's own flush takes EROFS for success, which is what ext4 answers when it has given up its journal.
    private static void Flush(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (Sync(file) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new IOException($"{path} cannot be made durable: {Marshal.GetPInvokeErrorMessage(error)}. Sharing stops; look at the disk.");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);
}
