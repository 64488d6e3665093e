namespace EdgeDePin.Analytics;

/// <summary>
/// Grows trees leaf by leaf, the most useful split first, from histograms (Ke et al., "LightGBM", NIPS 2017). Sums run in the order of
/// the rows, without vector instructions: the same rows give the same tree on every processor.
/// </summary>
/// <param name="leaves">The most leaves of a tree.</param>
/// <param name="fewest">Rows that a leaf holds at least.</param>
/// <param name="shrink">Added to the count of a leaf: small leaves say less.</param>
internal sealed class TreeGrower(BinnedRows rows, int leaves, int fewest, double shrink)
{
    private readonly int[] _order = new int[rows.Count];
    private readonly int[] _spare = new int[rows.Count];
    private readonly Stack<Histogram> _free = new();

    /// <param name="targets">What the tree is to say for each row.</param>
    /// <param name="chosen">Rows it learns from.</param>
    /// <param name="features">Features it may split by.</param>
    /// <param name="leafOf">Receives the leaf of each chosen row.</param>
    public BoostedTree Grow(double[] targets, ReadOnlySpan<int> chosen, int[] features, int[] leafOf)
    {
        chosen.CopyTo(_order);
        var open = new List<Leaf> { Root(targets, chosen.Length, features) };
        var (feature, edge, left, right) = (new List<int>(), new List<float>(), new List<int>(), new List<int>());
        while (open.Count < leaves)
        {
            Leaf? best = open.Where(leaf => leaf.Gain > 1e-12).MaxBy(leaf => leaf.Gain);
            if (best is null)
            {
                break;
            }

            int node = feature.Count;
            feature.Add(best.Feature);
            edge.Add(rows.Edges[best.Feature][best.Bin]);
            left.Add(0);
            right.Add(0);
            Attach(best, node, left, right);
            (Leaf low, Leaf high) = Split(best, targets, features, node);
            open[open.IndexOf(best)] = low;
            open.Add(high);
        }

        double[] values = new double[open.Count];
        for (int number = 0; number < open.Count; number++)
        {
            Leaf leaf = open[number];
            Attach(leaf, ~number, left, right);
            values[number] = leaf.Sum / (leaf.Count + shrink);
            for (int at = leaf.From; at < leaf.From + leaf.Count; at++)
            {
                leafOf[_order[at]] = number;
            }

            _free.Push(leaf.Histogram);
        }

        return new BoostedTree([.. feature], [.. edge], [.. left], [.. right], values);
    }

    private static void Attach(Leaf leaf, int node, List<int> left, List<int> right)
    {
        if (leaf.Parent >= 0)
        {
            (leaf.IsLeft ? left : right)[leaf.Parent] = node;
        }
    }

    private Leaf Root(double[] targets, int count, int[] features)
    {
        double sum = 0;
        for (int at = 0; at < count; at++)
        {
            sum += targets[_order[at]];
        }

        var root = new Leaf(0, count, sum, -1, true, Fill(0, count, targets, features));
        Judge(root, features);
        return root;
    }

    private (Leaf Low, Leaf High) Split(Leaf leaf, double[] targets, int[] features, int node)
    {
        int low = leaf.From, high = 0;
        double sum = 0;
        for (int at = leaf.From; at < leaf.From + leaf.Count; at++)
        {
            int row = _order[at];
            if (rows.Bins[(row * rows.Features) + leaf.Feature] <= leaf.Bin)
            {
                _order[low++] = row;
                sum += targets[row];
            }
            else
            {
                _spare[high++] = row;
            }
        }

        _spare.AsSpan(0, high).CopyTo(_order.AsSpan(low));
        int lowCount = low - leaf.From;
        bool lowIsSmall = lowCount <= high;

        // The smaller side is counted, the other one is the difference.
        Histogram small = lowIsSmall ? Fill(leaf.From, lowCount, targets, features) : Fill(low, high, targets, features);
        leaf.Histogram.Subtract(small);
        var lowLeaf = new Leaf(leaf.From, lowCount, sum, node, true, lowIsSmall ? small : leaf.Histogram);
        var highLeaf = new Leaf(low, high, leaf.Sum - sum, node, false, lowIsSmall ? leaf.Histogram : small);
        Judge(lowLeaf, features);
        Judge(highLeaf, features);
        return (lowLeaf, highLeaf);
    }

    private Histogram Fill(int from, int count, double[] targets, int[] features)
    {
        Histogram histogram = _free.TryPop(out Histogram? used) ? used : new Histogram(rows.Features * BinnedRows.MaxBins);
        Array.Clear(histogram.Sums);
        Array.Clear(histogram.Counts);
        (double[] sums, int[] counts, byte[] bins) = (histogram.Sums, histogram.Counts, rows.Bins);
        for (int at = from; at < from + count; at++)
        {
            int row = _order[at];
            double target = targets[row];
            ReadOnlySpan<byte> own = bins.AsSpan(row * rows.Features, rows.Features);
            foreach (int feature in features)
            {
                int cell = (feature * BinnedRows.MaxBins) + own[feature];
                sums[cell] += target;
                counts[cell]++;
            }
        }

        return histogram;
    }

    private void Judge(Leaf leaf, int[] features)
    {
        double whole = leaf.Sum * leaf.Sum / (leaf.Count + shrink);
        foreach (int feature in features)
        {
            double sum = 0;
            int count = 0;
            for (int bin = 0; bin < rows.Edges[feature].Length; bin++)
            {
                int cell = (feature * BinnedRows.MaxBins) + bin;
                sum += leaf.Histogram.Sums[cell];
                count += leaf.Histogram.Counts[cell];
                int others = leaf.Count - count;
                if (count < fewest || others < fewest)
                {
                    continue;
                }

                double rest = leaf.Sum - sum;
                double gain = (sum * sum / (count + shrink)) + (rest * rest / (others + shrink)) - whole;
                if (gain > leaf.Gain)
                {
                    (leaf.Gain, leaf.Feature, leaf.Bin) = (gain, feature, bin);
                }
            }
        }
    }

    private sealed class Leaf(int from, int count, double sum, int parent, bool isLeft, Histogram histogram)
    {
        public int From { get; } = from;

        public int Count { get; } = count;

        public double Sum { get; } = sum;

        public int Parent { get; } = parent;

        public bool IsLeft { get; } = isLeft;

        public Histogram Histogram { get; } = histogram;

        public double Gain { get; set; }

        public int Feature { get; set; }

        public int Bin { get; set; }
    }

    private sealed class Histogram(int cells)
    {
        public double[] Sums { get; } = new double[cells];

        public int[] Counts { get; } = new int[cells];

        public void Subtract(Histogram other)
        {
            for (int cell = 0; cell < Sums.Length; cell++)
            {
                Sums[cell] -= other.Sums[cell];
                Counts[cell] -= other.Counts[cell];
            }
        }
    }
}
