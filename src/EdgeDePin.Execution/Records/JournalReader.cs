using System.Security.Cryptography;

namespace EdgeDePin.Execution.Records;

/// <summary>A segment that was read.</summary>
/// <param name="File">Its file.</param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Lost">Records lost so far, as it says.</param>
public sealed record JournalSegment(string File, long Offset, long Index, long Lost, byte[] Hash, byte[] PublicKey, IReadOnlyList<JournalEntry> Entries);

/// <summary>Something in a journal is not as it was written.</summary>
/// <param name="Offset">Of the segment in its file.</param>
public sealed record JournalFinding(string File, long Offset, long Index, string What)
{
    public override string ToString() => $"{File} at byte {Offset}, segment {Index}: {What}";
}

/// <summary>What a verification found.</summary>
/// <param name="FirstIndex">Segments before this one were removed by the journal's limit.</param>
/// <param name="Findings">The first thing that is wrong in each file; empty: every segment is what the node signed.</param>
public sealed record JournalVerdict(long FirstIndex, long Segments, long Entries, long Lost, IReadOnlyList<JournalFinding> Findings, byte[]? PublicKey)
{
    /// <summary>Among the entries those that take a result back: the others and the lost ones are the executions.</summary>
    public long Superseding { get; init; }
}

/// <summary>Reads journals, and proves them.</summary>
public static class JournalReader
{
    public const string Extension = ".records";

    internal const string Truncated = "truncated";

    /// <summary>Whether bytes were signed by a key: key, bytes, signature.</summary>
    public delegate bool SignatureCheck(byte[] publicKey, byte[] signed, byte[] signature);

    public static FileInfo[] FilesOf(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFiles("*" + Extension).OrderBy(file => file.Name, StringComparer.Ordinal)];

    /// <summary>Every entry of every whole segment, oldest first.</summary>
    /// <exception cref="FormatException">A segment is damaged; the message says where.</exception>
    public static IEnumerable<JournalSegment> Segments(string folder)
    {
        foreach (FileInfo file in FilesOf(folder))
        {
            using FileStream stream = file.OpenRead();
            for (long offset = 0; offset < stream.Length; offset = stream.Position)
            {
                yield return ReadOne(stream, file.FullName, out _);
            }
        }
    }

    /// <summary>Compares every byte with the chain and the signatures.</summary>
    /// <param name="key">The key that must have signed; null: whichever the first segment names.</param>
    public static JournalVerdict Verify(string folder, SignatureCheck check, byte[]? key = null)
    {
        ArgumentNullException.ThrowIfNull(check);
        var findings = new List<JournalFinding>();
        JournalSegment? last = null;
        long first = -1, segments = 0, entries = 0, superseding = 0, lost = 0;
        foreach (FileInfo file in FilesOf(folder))
        {
            using FileStream stream = file.OpenRead();
            while (stream.Position < stream.Length)
            {
                long offset = stream.Position;
                string? wrong;
                JournalSegment? segment = null;
                try
                {
                    segment = ReadOne(stream, file.FullName, out Proof proof);
                    wrong = Wrong(segment, proof, last, ref lost, ref key, check);
                }
                catch (FormatException error)
                {
                    wrong = error.Message;
                }

                if (wrong is not null)
                {
                    findings.Add(new JournalFinding(file.FullName, offset, segment?.Index ?? (last?.Index + 1 ?? 0), wrong));
                    last = segment;
                    // What follows in this file cannot be trusted to begin where it seems to.
                    break;
                }

                first = first < 0 ? segment!.Index : first;
                (segments, entries, last) = (segments + 1, entries + segment!.Entries.Count, segment);
                superseding += segment.Entries.Count(entry => entry.Outcome == ExecutionOutcome.Superseded);
            }
        }

        return new JournalVerdict(Math.Max(0, first), segments, entries, lost, findings, key) { Superseding = superseding };
    }

    /// <summary>The last whole segment of a file; null when there is none. What a crash left unfinished behind it is cut off.</summary>
    /// <exception cref="FormatException">A segment is damaged, not unfinished.</exception>
    internal static (SegmentHeader Header, byte[] Hash)? Repair(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        (SegmentHeader, byte[])? last = null;
        while (stream.Position < stream.Length)
        {
            long offset = stream.Position;
            try
            {
                ReadOne(stream, file, out Proof proof);
                if (!proof.Signature.AsSpan().ContainsAnyExcept((byte)0))
                {
                    throw new FormatException("its signature is zero");
                }

                last = (proof.Header, proof.Hash);
            }
            catch (FormatException error) when (error.Message.StartsWith(Truncated, StringComparison.Ordinal))
            {
                stream.SetLength(offset);
                stream.Position = offset;
            }
            catch (FormatException) when (EndsInZeros(stream, offset))
            {
                // A power cut kept the length of what was being written and not its bytes.
                stream.SetLength(offset);
                stream.Position = offset;
            }
            catch (FormatException error)
            {
                throw new FormatException($"{file} at byte {offset}: {error.Message}", error);
            }
        }

        return last;
    }

    // Where the signature of the last segment would be: no signature is zero.
    private static bool EndsInZeros(FileStream stream, long offset)
    {
        byte[] end = new byte[Math.Min(SegmentHeader.SignatureLength, stream.Length - offset)];
        stream.Position = stream.Length - end.Length;
        stream.ReadExactly(end);
        return !end.AsSpan().ContainsAnyExcept((byte)0);
    }

    private static string? Wrong(JournalSegment segment, Proof proof, JournalSegment? last, ref long lost, ref byte[]? key, SignatureCheck check)
    {
        key ??= segment.PublicKey;
        string? wrong =
            !CryptographicOperations.FixedTimeEquals(key, segment.PublicKey) ? "signed by another key"
            : !check(segment.PublicKey, proof.Hash, proof.Signature) ? "the signature does not fit: something was changed"
            : last is not null && !proof.Header.Previous.AsSpan().SequenceEqual(last.Hash) ? "the segment before is not the one it was written after"
            : last is not null && segment.Index != last.Index + 1 ? $"segment {segment.Index} follows {last.Index}"
            : segment.Lost < lost ? $"{segment.Lost} records lost, and {lost} before"
            : null;
        lost = Math.Max(lost, segment.Lost);
        return wrong;
    }

    private static JournalSegment ReadOne(FileStream stream, string file, out Proof proof)
    {
        long offset = stream.Position;
        byte[] start = new byte[SegmentHeader.Length];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        SegmentHeader header = SegmentHeader.Read(start.AsSpan(0, read));
        byte[] segment = new byte[SegmentHeader.Length + header.BodyLength + SegmentHeader.SignatureLength];
        if (stream.Length - offset < segment.Length)
        {
            throw new FormatException($"{Truncated}: {stream.Length - offset} bytes of {segment.Length}");
        }

        start.CopyTo(segment, 0);
        stream.ReadExactly(segment.AsSpan(SegmentHeader.Length));
        int signed = SegmentHeader.Length + header.BodyLength;
        proof = new Proof(header, SegmentHeader.Hash(segment.AsSpan(0, signed)), segment[signed..]);
        return new JournalSegment(file, offset, header.Index, header.Lost, proof.Hash, header.PublicKey, Entries(header, segment.AsSpan(SegmentHeader.Length, header.BodyLength)));
    }

    private static JournalEntry[] Entries(SegmentHeader header, ReadOnlySpan<byte> body)
    {
        var codec = new EntryCodec(header.Version);
        var entries = new JournalEntry[header.Count];
        try
        {
            for (int i = 0; i < entries.Length; i++)
            {
                entries[i] = codec.Read(ref body);
            }
        }
        catch (OverflowException error)
        {
            throw new FormatException("a number in an entry is out of range", error);
        }

        return body.IsEmpty ? entries : throw new FormatException($"{body.Length} bytes after the last entry");
    }

    private readonly record struct Proof(SegmentHeader Header, byte[] Hash, byte[] Signature);
}

/// <summary>Where a journal goes on.</summary>
internal sealed record JournalEnd(long NextIndex, long Entries, long Lost, byte[] Hash)
{
    public static JournalEnd Of(string folder)
    {
        foreach (FileInfo file in JournalReader.FilesOf(folder).Reverse())
        {
            if (JournalReader.Repair(file.FullName) is (SegmentHeader header, byte[] hash))
            {
                return new JournalEnd(header.Index + 1, header.Before + header.Count, header.Lost, hash);
            }

            // A crash came before its first segment was whole; the next one takes its name.
            file.Delete();
        }

        return new JournalEnd(0, 0, 0, new byte[SegmentHeader.HashLength]);
    }
}
