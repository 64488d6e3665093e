using EdgeHubSimulator;
using EdgeHubSimulator.Queues;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>Messages of one reading each that wait for the telemetry module, as the hub keeps them on the disk.</summary>
internal static class Buffer
{
    private const string Input = "points";
    private const int Priority = 0;

    private const string Topic =
        $"devices/edgedepin/modules/telemetry/inputs/{Input}/%24.cdid=edgedepin&%24.cmid=sensor&%24.ct=application%2Fsenml%2Bjson&%24.ce=utf-8";

    /// <summary>Fills the queue below a hub's folder with numbered messages.</summary>
    public static void Fill(string folder, int messages)
    {
        using IMessageLog log = Open(folder);
        for (int i = 0; i < messages; i++)
        {
            log.Append(new QueuedMessage(Topic, Load.Numbered(i).Body));
        }
    }

    public static IMessageLog Open(string folder) =>
        new MessageLogs(new LocalHubOptions { Folder = folder, DiskQuotaBytes = 4L << 30 }, NullLogger.Instance).Open("telemetry", Input, Priority);

    /// <summary>The number that a message begins with.</summary>
    public static int Number(ReadOnlyMemory<byte> body) => BitConverter.ToInt32(body.Span);
}
