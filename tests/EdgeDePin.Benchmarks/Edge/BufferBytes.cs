using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Edge;

/// <summary>What do ten million waiting messages take on the disk?</summary>
internal sealed class BufferBytes(EdgeSize size) : Figure
{
    public override string Name => "buffer";

    public override string What => $"disk that {size.Buffered:N0} waiting messages of one reading take";

    public override string Unit => "MB";

    public override Goal? Goal => Goal.AtMost(1_000 * size.Share);

    protected override Task<double> OursAsync(Bench bench, CancellationToken cancellationToken)
    {
        string folder = bench.FreshPath("buffer");
        Buffer.Fill(folder, size.Buffered);
        double bytes = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        Directory.Delete(folder, recursive: true);
        return Task.FromResult(bytes / 1e6);
    }
}
