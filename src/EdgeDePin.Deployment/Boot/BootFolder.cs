namespace EdgeDePin.Deployment.Boot;

/// <summary>A boot partition that the system has mounted, or a folder that will become one.</summary>
public sealed class BootFolder : IBootPartition
{
    private const string Beside = ".edgedepin-new";

    private readonly string _folder;

    /// <exception cref="DeploymentException">No such folder.</exception>
    public BootFolder(string folder)
    {
        Name = folder;
        _folder = Path.GetFullPath(folder);
        if (!Directory.Exists(_folder))
        {
            throw new DeploymentException($"There is no folder {folder}: mount the boot partition, or check the path.");
        }
    }

    public string Name { get; }

    public byte[]? Read(string path)
    {
        string file = Path.Combine(_folder, path);
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists)
            {
                return null;
            }

            if (info.Length > BootFile.MaxBytes)
            {
                throw new DeploymentException($"{file} has {info.Length} bytes; such a file has at most {BootFile.MaxBytes}.");
            }

            using FileStream stream = File.OpenRead(file);
            PageCache.Forget(stream.SafeFileHandle);
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException($"{file} cannot be read: {error.Message}", error);
        }
    }

    public void Write(IReadOnlyList<BootFile> files, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(files);
        var made = new List<string>();
        var before = new List<(string File, byte[]? Content)>();
        try
        {
            // First everything beside its place: a full partition is noticed while the old files still stand.
            foreach (BootFile file in files)
            {
                string path = Path.Combine(_folder, file.Path);
                MakeFolder(Path.GetDirectoryName(path)!, made);
                made.Add(path + Beside);
                WriteThrough(path + Beside, file);
            }

            foreach (BootFile file in files)
            {
                string path = Path.Combine(_folder, file.Path);
                before.Add((path, Read(file.Path)));
                File.Move(path + Beside, path, overwrite: true);
            }

            PageCache.SyncFolder(_folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TakeBack(made, before);
            throw new DeploymentException(
                $"{Name} cannot be written: {error.Message} Nothing was changed; make room or mount it for writing.", error);
        }
    }

    public void Dispose()
    {
    }

    private static void WriteThrough(string path, BootFile file)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // FAT has no modes and ignores this; a folder elsewhere keeps secrets to its owner.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite
                | (file.IsSecret ? UnixFileMode.None : UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        using var stream = new FileStream(path, options);
        stream.Write(file.Content);
        stream.Flush(flushToDisk: true);
    }

    private static void MakeFolder(string folder, List<string> made)
    {
        if (!Directory.Exists(folder))
        {
            MakeFolder(Path.GetDirectoryName(folder)!, made);
            made.Add(folder);
            Directory.CreateDirectory(folder);
        }
    }

    private static void TakeBack(List<string> made, List<(string File, byte[]? Content)> before)
    {
        foreach ((string file, byte[]? content) in before)
        {
            if (content is null)
            {
                File.Delete(file);
            }
            else
            {
                File.WriteAllBytes(file, content);
            }
        }

        foreach (string path in made.AsEnumerable().Reverse())
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path);
            }
            else
            {
                File.Delete(path);
            }
        }
    }
}
