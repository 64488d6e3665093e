using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.Storage.Segments;

/// <summary>
/// Appends frames to the newest segment and returns when they are durable. After any failure the segment is given up: what
/// a failed flush left on the disk cannot be known (the kernel marks the pages clean all the same), so it is never tried again.
/// </summary>
/// <param name="preamble">Frames that every segment begins with.</param>
internal sealed class SegmentWriter(SegmentFolder folder, Func<byte[]> preamble) : IDisposable
{
    /// <summary>Small enough to be read at a start and written again after damage, large enough that files stay few.</summary>
    public const int MaxLength = 8 << 20;

    private SafeFileHandle? _file;
    private string _path = "";
    private long _length;

    /// <summary>Whether this writer has written anything that is not ended in order.</summary>
    public bool IsOpen => _file is not null;

    /// <exception cref="IOException">Nothing is promised: the frames may be there or not.</exception>
    public void Append(ReadOnlySpan<byte> frames)
    {
        if (_file is not null && _length + frames.Length > MaxLength)
        {
            Roll();
        }

        if (_file is null)
        {
            Begin();
        }

        try
        {
            RandomAccess.Write(_file!, frames, _length);
            DurableFile.Flush(_file!, _path);
            _length += frames.Length;
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Ends the segment; the next append begins another.</summary>
    public void Roll()
    {
        _file?.Dispose();
        _file = null;
    }

    public void Dispose() => Roll();

    /// <summary>Begins a segment with its preamble, durably.</summary>
    /// <exception cref="IOException">There is no new segment.</exception>
    public void Begin()
    {
        _path = folder.NextFile();
        byte[] start = preamble();
        try
        {
            _file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
            RandomAccess.Write(_file, start, 0);
            DurableFile.Flush(_file, _path);
            DurableFile.FlushFolder(folder.Path);
            _length = start.Length;
        }
        catch
        {
            Roll();
            File.Delete(_path);
            throw;
        }
    }

    // Cut off what may be half there. Where even that fails the next start finds it, and knows from the segment after it
    // that nothing was acknowledged.
    private void Abandon()
    {
        try
        {
            RandomAccess.SetLength(_file!, _length);
            DurableFile.Flush(_file!, _path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Said above: the caller already gets the first failure.
        }
        finally
        {
            Roll();
        }
    }
}
