using EdgeDePin.Deployment.Boot.Fat;

namespace EdgeDePin.Deployment.Boot;

/// <summary>The FAT partition inside an image file or on a card (<c>/dev/sdX</c>). Nothing is mounted, and no other partition is touched.</summary>
public sealed class BootImage : IBootPartition
{
    private readonly BlockDevice _device;
    private readonly long _start;

    /// <exception cref="DeploymentException">Not readable, or without a FAT partition.</exception>
    public BootImage(string path, bool writable)
    {
        Name = path;
        try
        {
            _device = new BlockDevice(path, writable);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException($"{path} cannot be opened: {error.Message}", error);
        }

        try
        {
            _start = PartitionTable.FatOffset(_device)
                ?? throw new DeploymentException($"{path} has no FAT partition: is it an image of Raspberry Pi OS or Ubuntu, unpacked?");
        }
        catch (Exception error) when (error is IOException or DeploymentException)
        {
            _device.Dispose();
            throw error as DeploymentException ?? new DeploymentException($"{path} is no image of a card: {error.Message}.", error);
        }
    }

    public string Name { get; }

    public byte[]? Read(string path) => Guarded(() =>
    {
        _device.ForgetCached();
        return new FatVolume(_device, _start).Read(path);
    });

    public void Write(IReadOnlyList<BootFile> files, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(time);
        Guarded(() =>
        {
            var volume = new FatVolume(_device, _start);
            long free = volume.FreeBytes;
            try
            {
                foreach (BootFile file in files)
                {
                    volume.Put(file.Path, file.Content, time.GetUtcNow());
                }
            }
            catch (IOException error) when (error is not EndOfStreamException)
            {
                throw new DeploymentException(
                    $"{Name}: its boot partition has {free} bytes free, and {files.Sum(file => (long)file.Content.Length)} are to be written: {error.Message}. Nothing was changed; take files off it.", error);
            }

            try
            {
                volume.Commit();
            }
            catch (IOException)
            {
                _device.TakeBack();
                throw;
            }

            return true;
        });
    }

    /// <summary>Null, or what is wrong with the file system itself.</summary>
    public string? Damage() => Guarded(() => new FatVolume(_device, _start).TablesDiffer());

    public void Dispose() => _device.Dispose();

    private T Guarded<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DeploymentException($"{Name}: {error.Message}", error);
        }
    }
}
