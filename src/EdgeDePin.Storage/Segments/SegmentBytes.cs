using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.Storage.Segments;

/// <summary>The bytes of a segment, as far as the disk gives them back.</summary>
internal static class SegmentBytes
{
    /// <summary>EIO of read(2), which .NET hands on.</summary>
    private const int InputOutputError = 5;

    /// <summary>What a disk reads or does not read as a whole, and a page of the kernel's cache.</summary>
    private const int Sector = 4_096;

    /// <summary>Sectors that cannot be read are zeroes, which are no frame: the frames before and behind them are found.</summary>
    /// <param name="unreadable">How many bytes the disk did not give back.</param>
    public static byte[] Read(string path, out int unreadable)
    {
        unreadable = 0;
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException error) when (error.HResult == InputOutputError)
        {
            using SafeFileHandle file = File.OpenHandle(path);
            byte[] content = new byte[RandomAccess.GetLength(file)];
            for (int at = 0; at < content.Length; at += Sector)
            {
                Memory<byte> sector = content.AsMemory(at, Math.Min(Sector, content.Length - at));
                if (!TryRead(file, sector.Span, at))
                {
                    sector.Span.Clear();
                    unreadable += sector.Length;
                }
            }

            return content;
        }
    }

    private static bool TryRead(SafeFileHandle file, Span<byte> sector, long offset)
    {
        try
        {
            while (sector.Length > 0)
            {
                int read = RandomAccess.Read(file, sector, offset);
                if (read == 0)
                {
                    return false;
                }

                sector = sector[read..];
                offset += read;
            }

            return true;
        }
        catch (IOException error) when (error.HResult == InputOutputError)
        {
            return false;
        }
    }
}
