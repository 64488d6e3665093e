using System.Globalization;

namespace EdgeDePin.Benchmarks.Servers;

/// <summary>
/// Gives a server one core and this program the others, as if they were two machines: a program that sends to a server on the
/// same cores takes from it what it needs itself.
/// </summary>
internal sealed class Cores : IDisposable
{
    private readonly bool _parted;

    /// <exception cref="IOException">There is one core only, or no taskset (util-linux).</exception>
    public Cores(int server)
    {
        _parted = Environment.ProcessorCount > 1 && Pin(server, "0") && Pin(Environment.ProcessId, Others);
        if (!_parted)
        {
            throw new IOException("A server and what sends to it need a core each, and taskset of util-linux to part them.");
        }
    }

    private static string Others => string.Create(CultureInfo.InvariantCulture, $"1-{Environment.ProcessorCount - 1}");

    public void Dispose()
    {
        if (_parted)
        {
            Pin(Environment.ProcessId, string.Create(CultureInfo.InvariantCulture, $"0-{Environment.ProcessorCount - 1}"));
        }
    }

    // All threads there are; those to come inherit it.
    private static bool Pin(int process, string cores) =>
        Tool.Output("taskset", "-a", "-c", "-p", cores, process.ToString(CultureInfo.InvariantCulture)) is not null;
}
