namespace EdgeDePin.Analytics;

/// <summary>Rows of features as numbers of bins, so that a split is a comparison of bytes and a histogram a short list.</summary>
internal sealed class BinnedRows
{
    public const int MaxBins = 64;

    private BinnedRows(byte[] bins, int features, float[][] edges) => (Bins, Features, Edges) = (bins, features, edges);

    /// <summary>Row after row.</summary>
    public byte[] Bins { get; }

    public int Features { get; }

    public int Count => Bins.Length / Features;

    /// <summary>For each feature ascending: bin b holds values up to edge b, the last one those beyond all edges.</summary>
    public float[][] Edges { get; }

    /// <param name="rows">Row after row.</param>
    public static BinnedRows Of(float[] rows, int features)
    {
        int count = rows.Length / features;
        float[][] edges = [.. Enumerable.Range(0, features).Select(feature => EdgesOf(rows, features, feature, count))];
        return With(rows, features, edges);
    }

    public static BinnedRows With(float[] rows, int features, float[][] edges)
    {
        byte[] bins = new byte[rows.Length];
        for (int at = 0; at < rows.Length; at++)
        {
            float[] own = edges[at % features];
            bins[at] = Bin(own, rows[at]);
        }

        return new BinnedRows(bins, features, edges);
    }

    public static byte Bin(float[] edges, float value)
    {
        int from = 0, until = edges.Length;
        while (from < until)
        {
            int middle = (from + until) >> 1;
            if (value <= edges[middle])
            {
                until = middle;
            }
            else
            {
                from = middle + 1;
            }
        }

        return (byte)from;
    }

    // Edges at equal shares of a sample, equal ones once.
    private static float[] EdgesOf(float[] rows, int features, int feature, int count)
    {
        int stride = Math.Max(1, count / 8_192);
        float[] sample = new float[(count + stride - 1) / stride];
        for (int at = 0; at < sample.Length; at++)
        {
            sample[at] = rows[(at * stride * features) + feature];
        }

        Array.Sort(sample);
        var edges = new List<float>();
        for (int edge = 1; edge < MaxBins; edge++)
        {
            float value = sample[(int)((long)edge * sample.Length / MaxBins)];
            if (value < sample[^1] && (edges.Count == 0 || value > edges[^1]))
            {
                edges.Add(value);
            }
        }

        return [.. edges];
    }
}
