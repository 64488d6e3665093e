using Microsoft.Extensions.Logging;

namespace EdgeDePin.Storage;

/// <summary>
/// Whether the disk takes what the store writes. A full disk is a state and not an end: what is acknowledged stays, what comes
/// is put off, and the first commit that works ends it. A reserve is kept for tidying up; it is given up when the disk is
/// full, and taken again when there is plenty.
/// </summary>
internal sealed class DiskSpace(StoreOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>ENOSPC and EDQUOT of Linux.</summary>
    private const int NoSpace = 28, OverQuota = 122;

    /// <summary>The reserve is taken where so many times as much is free.</summary>
    private const int Plenty = 10;

    private readonly Lock _lock = new();
    private readonly string _reserve = Path.Combine(options.Folder, "reserve");
    private DateTimeOffset? _since;
    private long _putOff;

    /// <summary>Since when nothing can be written; null while the disk takes it.</summary>
    public DateTimeOffset? FullSince
    {
        get
        {
            lock (_lock)
            {
                return _since;
            }
        }
    }

    /// <summary>Commits that a full disk refused since the start.</summary>
    public long PutOff => Interlocked.Read(ref _putOff);

    /// <summary>What is free for this user, in bytes.</summary>
    public long FreeBytes => new DriveInfo(Path.GetFullPath(options.Folder)).AvailableFreeSpace;

    public static bool IsFull(Exception error) =>
        error is IOException { HResult: NoSpace or OverQuota } || error.Message.Contains("No space left", StringComparison.OrdinalIgnoreCase);

    /// <summary>The disk refused something.</summary>
    /// <returns>Whether it was only now found to be full.</returns>
    public bool Refused()
    {
        Interlocked.Increment(ref _putOff);
        lock (_lock)
        {
            if (_since is not null)
            {
                return false;
            }

            _since = time.GetUtcNow();
        }

        logger.DiskFull(options.Folder);
        Release();
        return true;
    }

    /// <summary>The disk took a commit.</summary>
    public void Taken()
    {
        if (_since is null)
        {
            return;
        }

        lock (_lock)
        {
            _since = null;
        }

        logger.DiskTakesAgain(options.Folder, PutOff);
    }

    /// <summary>Takes the reserve where it is not there and there is plenty.</summary>
    public void Reserve()
    {
        long bytes = options.ReserveMegabytes * 1_000_000L;
        if (bytes == 0 || File.Exists(_reserve) || FreeBytes < Plenty * bytes)
        {
            return;
        }

        try
        {
            using var file = new FileStream(_reserve, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                PreallocationSize = bytes,
            });
            file.SetLength(bytes);
        }
        catch (IOException)
        {
            // Somebody else was faster in filling the disk; without a reserve things go on, too.
            Release();
        }
    }

    private void Release()
    {
        try
        {
            File.Delete(_reserve);
        }
        catch (IOException)
        {
            // A disk that became read-only has other sorrows.
        }
    }
}
