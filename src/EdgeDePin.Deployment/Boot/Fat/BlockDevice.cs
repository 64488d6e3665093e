using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.Deployment.Boot.Fat;

/// <summary>An image file or a card, read and written at byte offsets. What it has overwritten can be taken back until it is kept.</summary>
internal sealed class BlockDevice : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly Stack<(long Offset, byte[] Before)> _undo = new();

    public BlockDevice(string path, bool writable) =>
        _handle = File.OpenHandle(path, FileMode.Open, writable ? FileAccess.ReadWrite : FileAccess.Read, FileShare.Read);

    /// <exception cref="EndOfStreamException">The image ends before.</exception>
    public byte[] Read(long offset, int length)
    {
        if (offset < 0)
        {
            throw new EndOfStreamException($"it points to byte {offset}");
        }

        byte[] bytes = new byte[length];
        for (int done = 0; done < length;)
        {
            int read = RandomAccess.Read(_handle, bytes.AsSpan(done), offset + done);
            if (read == 0)
            {
                throw new EndOfStreamException($"it ends at byte {offset + done}, before the {length} bytes at {offset}");
            }

            done += read;
        }

        return bytes;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        byte[] before = Read(offset, bytes.Length);
        if (!before.AsSpan().SequenceEqual(bytes))
        {
            _undo.Push((offset, before));
            RandomAccess.Write(_handle, bytes, offset);
        }
    }

    /// <summary>Everything written so far is on the medium.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_handle);

    public void Keep() => _undo.Clear();

    /// <summary>Writes back what was there before, newest first.</summary>
    public void TakeBack()
    {
        while (_undo.TryPop(out (long Offset, byte[] Before) change))
        {
            RandomAccess.Write(_handle, change.Before, change.Offset);
        }

        Flush();
    }

    public void ForgetCached() => PageCache.Forget(_handle);

    public void Dispose() => _handle.Dispose();
}
