using System.Globalization;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Simulation.Buses;

/// <summary>
/// A tree of files like the kernel's, in a folder of its own. A slave's file is written when it is read, as the kernel does it.
/// </summary>
public sealed class SimulatedOneWire : OneWireFolder, IDisposable
{
    private readonly Dictionary<string, Func<byte[]>> _slaves = new(StringComparer.Ordinal);

    public SimulatedOneWire()
        : base(Directory.CreateTempSubdirectory("edgedepin-w1-").FullName)
    {
    }

    /// <param name="slave">E.g. <c>28-00000a1b2c3d</c>.</param>
    /// <param name="scratchpad">Nine bytes; empty while the slave does not answer: the kernel then removes it.</param>
    public void Plug(string slave, Func<byte[]> scratchpad)
    {
        _slaves.Add(slave, scratchpad);
        Directory.CreateDirectory(System.IO.Path.Combine(Path, slave));
    }

    public override string Read(string slave)
    {
        string folder = System.IO.Path.Combine(Path, slave);
        string file = System.IO.Path.Combine(folder, "w1_slave");
        byte[] bytes = _slaves.TryGetValue(slave, out Func<byte[]>? scratchpad) ? scratchpad() : [];
        if (bytes.Length == 0)
        {
            File.Delete(file);
        }
        else
        {
            File.WriteAllText(file, Text(bytes));
        }

        return base.Read(slave);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    // The kernel's own opinion at the end of the lines is not what our driver trusts.
    private static string Text(byte[] bytes)
    {
        string hex = string.Join(' ', bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        return string.Create(
            CultureInfo.InvariantCulture, $"{hex} : crc={bytes[^1]:x2} YES\n{hex} t={(short)(bytes[0] | (bytes[^Math.Min(8, bytes.Length)] << 8)) * 1000 / 16}\n");
    }
}
