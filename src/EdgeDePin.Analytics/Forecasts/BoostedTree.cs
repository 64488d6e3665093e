namespace EdgeDePin.Analytics;

/// <summary>One tree. Node n sends a row left where its feature is at most the edge; a negative child c is leaf ~c.</summary>
internal readonly record struct BoostedTree(int[] Feature, float[] Edge, int[] Left, int[] Right, double[] Leaves)
{
    public double Of(ReadOnlySpan<float> row) => Leaves[LeafOf(row)];

    public int LeafOf(ReadOnlySpan<float> row)
    {
        if (Feature.Length == 0)
        {
            return 0;
        }

        int node = 0;
        while (node >= 0)
        {
            node = row[Feature[node]] <= Edge[node] ? Left[node] : Right[node];
        }

        return ~node;
    }
}
