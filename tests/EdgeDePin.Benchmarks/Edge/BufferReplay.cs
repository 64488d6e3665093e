using System.Diagnostics;
using EdgeDePin.Benchmarks.Figures;
using EdgeHubSimulator.Queues;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>How fast do ten million waiting messages come back from the disk, in order, after a new start?</summary>
internal sealed class BufferReplay(EdgeSize size) : Figure
{
    public override string Name => "replay";

    public override string What => $"{size.Buffered:N0} waiting messages read back after a new start, each in its place";

    public override string Unit => "messages/s";

    public override Goal? Goal => Goal.AtLeast(100_000);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        string folder = bench.FreshPath("replay");
        Buffer.Fill(folder, size.Buffered);
        long startedAt = Stopwatch.GetTimestamp();
        using (IMessageLog log = Buffer.Open(folder))
        {
            for (int i = 0; i < size.Buffered; i++)
            {
                if (log.Read() is not { } message || Buffer.Number(message.Body) != i)
                {
                    throw new IOException($"message {i} of {size.Buffered} did not come back in its place.");
                }

                log.Release(null);
            }
        }

        double rate = size.Buffered / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        Directory.Delete(folder, recursive: true);
        return Task.FromResult(rate);
    }
}
