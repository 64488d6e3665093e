using System.Buffers.Binary;
using System.Text;

namespace EdgeDePin.Deployment.Boot.Fat;

/// <summary>One name in a folder, with its long name as VFAT writes it. (FAT 1.03, pages 23–30)</summary>
/// <param name="Name">Long name, or the short one if there is no long.</param>
/// <param name="At">Index of its short entry among the folder's entries.</param>
/// <param name="Attributes">Bit 4 is a folder.</param>
/// <param name="FirstCluster">0 for an empty file.</param>
/// <param name="Size">Bytes; 0 for a folder.</param>
internal sealed record DirectoryEntry(string Name, int At, byte Attributes, uint FirstCluster, uint Size)
{
    public const int Bytes = 32;
    private const byte LongName = 0x0F;
    private const byte Folder = 0x10;
    private const byte Archive = 0x20;
    private const int LettersPerEntry = 13;

    private static readonly int[] LetterOffsets = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

    public bool IsFolder => (Attributes & Folder) != 0;

    /// <summary>The entries of a folder's bytes, up to its end mark.</summary>
    public static IEnumerable<DirectoryEntry> In(byte[] folder)
    {
        var letters = new char[20 * LettersPerEntry];
        int length = 0;
        byte sum = 0;
        for (int at = 0; at < folder.Length / Bytes && folder[at * Bytes] != 0; at++)
        {
            ReadOnlyMemory<byte> entry = folder.AsMemory(at * Bytes, Bytes);
            byte first = entry.Span[0], attributes = entry.Span[11];
            if (first == 0xE5)
            {
                length = 0;
            }
            else if (attributes == LongName)
            {
                int part = (first & 0x1F) - 1;
                sum = entry.Span[13];
                if (part is >= 0 and < 20)
                {
                    for (int i = 0; i < LettersPerEntry; i++)
                    {
                        letters[(part * LettersPerEntry) + i] = (char)BinaryPrimitives.ReadUInt16LittleEndian(entry.Span[LetterOffsets[i]..]);
                    }

                    length = Math.Max(length, (part + 1) * LettersPerEntry);
                }
            }
            else
            {
                // A long name that a tool without VFAT has left behind belongs to no one.
                string name = length > 0 && sum == Sum(entry.Span[..11]) ? new string(letters, 0, length).TrimEnd('\uFFFF').TrimEnd('\0') : ShortName(entry.Span);
                length = 0;
                if ((attributes & 0x08) == 0) // not the volume's label
                {
                    yield return new DirectoryEntry(name, at, attributes,
                        (uint)(BinaryPrimitives.ReadUInt16LittleEndian(entry.Span[20..]) << 16) | BinaryPrimitives.ReadUInt16LittleEndian(entry.Span[26..]),
                        BinaryPrimitives.ReadUInt32LittleEndian(entry.Span[28..]));
                }
            }
        }
    }

    /// <summary>The entries of a new name: its long name in pieces, last piece first, then the short entry.</summary>
    /// <param name="name">At most 255 characters.</param>
    /// <param name="alias">Short name of 11 bytes that the folder has not got yet.</param>
    /// <param name="folder">Whether it is a folder.</param>
    /// <param name="firstCluster">0 for an empty file.</param>
    /// <param name="size">Bytes; 0 for a folder.</param>
    /// <param name="written">Time stamp.</param>
    public static byte[] Create(string name, byte[] alias, bool folder, uint firstCluster, uint size, DateTimeOffset written)
    {
        int pieces = (name.Length + LettersPerEntry - 1) / LettersPerEntry;
        byte[] entries = new byte[(pieces + 1) * Bytes];
        byte sum = Sum(alias);
        for (int piece = pieces; piece >= 1; piece--)
        {
            Span<byte> entry = entries.AsSpan((pieces - piece) * Bytes, Bytes);
            entry[0] = (byte)(piece | (piece == pieces ? 0x40 : 0));
            entry[11] = LongName;
            entry[13] = sum;
            for (int i = 0; i < LettersPerEntry; i++)
            {
                int letter = ((piece - 1) * LettersPerEntry) + i;
                BinaryPrimitives.WriteUInt16LittleEndian(entry[LetterOffsets[i]..],
                    letter < name.Length ? name[letter] : letter == name.Length ? (ushort)0 : (ushort)0xFFFF);
            }
        }

        Span<byte> own = entries.AsSpan(pieces * Bytes, Bytes);
        alias.CopyTo(own);
        own[11] = folder ? Folder : Archive;
        Stamp(own, firstCluster, size, written);
        return entries;
    }

    /// <summary>The two entries that a new folder begins with.</summary>
    public static byte[] Dots(uint own, uint parent, DateTimeOffset written)
    {
        byte[] entries = new byte[2 * Bytes];
        foreach ((int at, string name, uint cluster) in ((int, string, uint)[])[(0, ".          ", own), (Bytes, "..         ", parent)])
        {
            Encoding.ASCII.GetBytes(name, entries.AsSpan(at));
            entries[at + 11] = Folder;
            Stamp(entries.AsSpan(at, Bytes), cluster, 0, written);
        }

        return entries;
    }

    /// <summary>Writes cluster, size and time into a short entry.</summary>
    public static void Stamp(Span<byte> entry, uint firstCluster, uint size, DateTimeOffset written)
    {
        DateTime utc = written.UtcDateTime;
        ushort date = (ushort)((Math.Clamp(utc.Year - 1980, 0, 127) << 9) | (utc.Month << 5) | utc.Day);
        ushort time = (ushort)((utc.Hour << 11) | (utc.Minute << 5) | (utc.Second / 2));
        foreach (int at in (int[])[16, 18, 24])
        {
            BinaryPrimitives.WriteUInt16LittleEndian(entry[at..], date);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(entry[14..], time);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[22..], time);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[20..], (ushort)(firstCluster >> 16));
        BinaryPrimitives.WriteUInt16LittleEndian(entry[26..], (ushort)firstCluster);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[28..], size);
    }

    /// <summary>A short name for a long one that no entry of the folder has: <c>USER-D~1</c>.</summary>
    public static byte[] Alias(string name, byte[] folder)
    {
        int dot = name.LastIndexOf('.');
        string stem = Letters(dot > 0 ? name[..dot] : name), extension = Letters(dot > 0 ? name[(dot + 1)..] : "");
        for (int number = 1; ; number++)
        {
            string tail = $"~{number}";
            string text = $"{stem[..Math.Min(stem.Length, 8 - tail.Length)]}{tail}".PadRight(8) + extension[..Math.Min(3, extension.Length)].PadRight(3);
            byte[] alias = Encoding.ASCII.GetBytes(text);
            if (!Taken(folder, alias))
            {
                return alias;
            }
        }
    }

    private static bool Taken(byte[] folder, byte[] alias)
    {
        for (int at = 0; at < folder.Length / Bytes && folder[at * Bytes] != 0; at++)
        {
            if (folder[(at * Bytes) + 11] != LongName && folder.AsSpan(at * Bytes, 11).SequenceEqual(alias))
            {
                return true;
            }
        }

        return false;
    }

    private static string Letters(string text) =>
        new([.. text.ToUpperInvariant().Select(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' ? letter : '_')]);

    // Bits 3 and 4 of byte 12 say that stem or extension are meant in small letters, as Windows NT and mtools write them.
    private static string ShortName(ReadOnlySpan<byte> entry)
    {
        string stem = Encoding.ASCII.GetString(entry[..8]).TrimEnd(), extension = Encoding.ASCII.GetString(entry[8..11]).TrimEnd();
        stem = (entry[12] & 0x08) != 0 ? stem.ToLowerInvariant() : stem;
        extension = (entry[12] & 0x10) != 0 ? extension.ToLowerInvariant() : extension;
        return extension.Length > 0 ? $"{stem}.{extension}" : stem;
    }

    private static byte Sum(ReadOnlySpan<byte> alias)
    {
        byte sum = 0;
        foreach (byte letter in alias)
        {
            sum = (byte)(((sum & 1) << 7) + (sum >> 1) + letter);
        }

        return sum;
    }
}
