namespace EdgeDePin.Tests.Storage;

/// <summary>A folder of one test, gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("edgedepin-storage-").FullName;

    public static implicit operator string(TemporaryFolder folder) => folder.Path;

    public override string ToString() => Path;

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
