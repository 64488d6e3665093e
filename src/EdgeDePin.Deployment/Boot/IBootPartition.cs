namespace EdgeDePin.Deployment.Boot;

/// <summary>The partition that a Raspberry Pi starts from: mounted somewhere, or inside an image or a card.</summary>
public interface IBootPartition : IDisposable
{
    /// <summary>As the user named it.</summary>
    string Name { get; }

    /// <summary>The content of a file, read anew from the medium; null if there is none.</summary>
    /// <exception cref="DeploymentException">Larger than <see cref="BootFile.MaxBytes"/>, or the file system is damaged.</exception>
    byte[]? Read(string path);

    /// <summary>Writes all files or none. They are on the medium when this returns.</summary>
    /// <exception cref="DeploymentException">They do not fit, or the medium refuses; what was there is there again.</exception>
    void Write(IReadOnlyList<BootFile> files, TimeProvider time);
}

/// <summary>A file of a boot partition.</summary>
/// <param name="Path">Below the partition's root, with forward slashes.</param>
/// <param name="Content">All of it.</param>
/// <param name="IsSecret">Never shown, and scrubbed by the device after its first start.</param>
public sealed record BootFile(string Path, byte[] Content, bool IsSecret = false)
{
    /// <summary>Far above any text on a boot partition.</summary>
    public const int MaxBytes = 16 << 20;
}
