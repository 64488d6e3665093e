namespace EdgeDePin.Deployment.Checkup;

/// <summary>The file system of the device that is looked at: this one, or a copy of another below a folder.</summary>
/// <param name="folder">Its root; <c>/</c> is this device.</param>
public sealed class DeviceRoot(string folder)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Whether this is the device that the program runs on, so that its programs can be asked too.</summary>
    public bool IsThisDevice => folder == "/";

    public string At(string path) => Path.Combine(folder, path.TrimStart('/'));

    public bool Has(string path) => File.Exists(At(path)) || Directory.Exists(At(path));

    /// <summary>The text of a file, at most 1 MiB of it; null if it is not there or may not be read.</summary>
    public string? Text(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(At(path));
            // Files of /proc and /sys have no length before they are read.
            byte[] bytes = new byte[MaxBytes];
            int length = stream.ReadAtLeast(bytes, MaxBytes, throwOnEndOfStream: false);
            return System.Text.Encoding.UTF8.GetString(bytes, 0, length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Files of a folder by pattern, as paths on the device, in order.</summary>
    public IEnumerable<string> Files(string path, string pattern)
    {
        string place = At(path);
        try
        {
            return Directory.Exists(place)
                ? [.. Directory.EnumerateFileSystemEntries(place, pattern).Select(entry => $"{path.TrimEnd('/')}/{Path.GetFileName(entry)}").Order(StringComparer.Ordinal)]
                : [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
