namespace EdgeDePin.Sharing.Identity;

/// <summary>Small files that are there whole or not at all, even when the power fails in between.</summary>
internal static class AtomicFile
{
    /// <summary>Leaves a file that exists already as it is.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        string temporary = WriteBeside(path, content, mode);
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
        }
    }

    public static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode mode) =>
        File.Move(WriteBeside(path, content, mode), path, overwrite: true);

    // The mode is given at creation: a file that is narrowed afterwards was open to everybody for a moment.
    private static string WriteBeside(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        string temporary = $"{path}.{Environment.ProcessId}.new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using var file = new FileStream(temporary, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
        return temporary;
    }
}
