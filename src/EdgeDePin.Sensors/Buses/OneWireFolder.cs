namespace EdgeDePin.Sensors.Buses;

/// <summary>1-Wire slaves as Linux shows them: a folder for each, with a file that makes the kernel ask the slave.</summary>
/// <param name="path">On Linux <c>/sys/bus/w1/devices</c>.</param>
public class OneWireFolder(string path)
{
    /// <summary>The file of a thermometer has two lines of some forty characters.</summary>
    private const int MostCharacters = 512;

    public string Path { get; } = path;

    /// <summary>Names of slaves and masters, e.g. <c>28-00000a1b2c3d</c>; empty where there is no 1-Wire.</summary>
    public IEnumerable<string> Names => Directory.Exists(Path)
        ? Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry))
        : [];

    /// <summary>What the slave says. Blocks while it converts, up to 750 ms, and cannot be interrupted.</summary>
    /// <exception cref="IOException">The slave is not there, or does not answer.</exception>
    public virtual string Read(string slave)
    {
        using var file = new StreamReader(System.IO.Path.Combine(Path, slave, "w1_slave"));
        char[] buffer = new char[MostCharacters];
        return new string(buffer, 0, file.ReadBlock(buffer));
    }
}
