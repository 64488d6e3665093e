using EdgeDePin.Benchmarks.Figures;
using EdgeHubSimulator.Queues;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>What do ten million waiting messages take on the disk?</summary>
internal sealed class BufferBytes : Figure
{
    public const int Messages = 10_000_000;
    private const long Quota = 4L << 30;
    private const int SegmentBytes = 8 << 20;

    public override string Name => "buffer";

    public override string What => "disk that 10,000,000 waiting messages of one reading take";

    public override string Unit => "MB";

    public override Goal? Goal => Goal.AtMost(1_000);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        string folder = bench.FreshPath("buffer");
        Fill(folder, Messages);
        double bytes = Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length);
        Directory.Delete(folder, recursive: true);
        return Task.FromResult(bytes / 1e6);
    }

    /// <summary>Each message holds its number, so that order and completeness can be seen.</summary>
    public static void Fill(string folder, int messages)
    {
        using FileLog log = Open(folder);
        byte[] body = Load.Reading.Body.ToArray();
        for (int i = 0; i < messages; i++)
        {
            BitConverter.TryWriteBytes(body, i);
            log.Append(new QueuedMessage(Topic, body));
        }
    }

    public static FileLog Open(string folder) => new(folder, 9, SegmentBytes, new DiskBudget(Quota), NullLogger.Instance);

    private static string Topic =>
        "devices/edgedepin/modules/telemetry/inputs/readings/%24.cdid=edgedepin&%24.cmid=sensor&%24.ct=application%2Fsenml%2Bjson&%24.ce=utf-8";
}
