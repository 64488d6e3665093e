namespace EdgeDePin.Analytics;

/// <summary>
/// Gradient boosting of regression trees (Friedman, "Greedy function approximation", 2001) in managed code. For the mean (squared loss)
/// or for a quantile (pinball loss; a leaf then says that quantile of what is left in it).
/// </summary>
internal sealed class BoostedTrees
{
    private const int Leaves = 20;
    private const int FewestRows = 200;
    private const double Shrink = 100;
    private const double RowShare = 0.6;
    private const double FeatureShare = 0.3;

    private readonly List<BoostedTree> _trees = [];
    private readonly double _rate;
    private readonly double? _quantile;
    private readonly ulong _seed;

    /// <param name="quantile">0 to 1; null for the mean.</param>
    public BoostedTrees(double rate, double? quantile, ulong seed) => (_rate, _quantile, _seed) = (rate, quantile, seed);

    public double Start { get; private set; }

    public int Count => _trees.Count;

    /// <param name="trees">The most trees.</param>
    /// <param name="check">Asked after every tenth tree with the model as it is; true ends it.</param>
    public void Fit(BinnedRows rows, double[] targets, int trees, Func<BoostedTrees, bool>? check = null, CancellationToken cancellationToken = default)
    {
        var grower = new TreeGrower(rows, Leaves, FewestRows, Shrink);
        double[] said = new double[targets.Length];
        double[] wanted = new double[targets.Length];
        int[] leafOf = new int[targets.Length];
        Start = _quantile is { } share ? Quantile([.. targets], share) : Mean(targets);
        Array.Fill(said, Start);
        var chosen = new List<int>(targets.Length);
        for (int tree = 0; tree < trees; tree++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int row = 0; row < targets.Length; row++)
            {
                double rest = targets[row] - said[row];
                wanted[row] = _quantile is { } quantile ? (rest > 0 ? quantile : quantile - 1) : rest;
            }

            chosen.Clear();
            Draw(chosen, targets.Length, RowShare, (ulong)tree << 33);
            var features = new List<int>();
            Draw(features, rows.Features, FeatureShare, ((ulong)tree << 33) + (1UL << 32));
            BoostedTree grown = grower.Grow(wanted, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(chosen), [.. features.DefaultIfEmpty(0)], leafOf);
            if (_quantile is { } own)
            {
                Refit(grown, own, targets, said, chosen, leafOf);
            }

            for (int leaf = 0; leaf < grown.Leaves.Length; leaf++)
            {
                grown.Leaves[leaf] *= _rate;
            }

            _trees.Add(grown);
            Say(rows, grown, said);
            if (tree % 10 == 9 && check is not null && check(this))
            {
                break;
            }
        }
    }

    public void Keep(int trees) => _trees.RemoveRange(trees, _trees.Count - trees);

    public double Of(ReadOnlySpan<float> row)
    {
        double sum = Start;
        foreach (BoostedTree tree in _trees)
        {
            sum += tree.Of(row);
        }

        return sum;
    }

    /// <summary>What the trees from <paramref name="first"/> on add.</summary>
    public double Since(int first, ReadOnlySpan<float> row)
    {
        double sum = 0;
        for (int tree = first; tree < _trees.Count; tree++)
        {
            sum += _trees[tree].Of(row);
        }

        return sum;
    }

    private static double Mean(double[] values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    /// <param name="values">Are sorted in place.</param>
    public static double Quantile(double[] values, double share)
    {
        Array.Sort(values);
        return values[Math.Clamp((int)Math.Ceiling(share * values.Length) - 1, 0, values.Length - 1)];
    }

    private static void Refit(BoostedTree tree, double quantile, double[] targets, double[] said, List<int> chosen, int[] leafOf)
    {
        var rests = new List<double>[tree.Leaves.Length];
        foreach (int row in chosen)
        {
            (rests[leafOf[row]] ??= []).Add(targets[row] - said[row]);
        }

        for (int leaf = 0; leaf < rests.Length; leaf++)
        {
            tree.Leaves[leaf] = rests[leaf] is { } rest ? Quantile([.. rest], quantile) : 0;
        }
    }

    private void Draw(List<int> chosen, int count, double share, ulong turn)
    {
        ulong limit = (ulong)(share * ulong.MaxValue);
        for (int at = 0; at < count; at++)
        {
            if (Chance.Hash(_seed ^ turn ^ (ulong)(uint)at) < limit)
            {
                chosen.Add(at);
            }
        }
    }

    private static void Say(BinnedRows rows, BoostedTree tree, double[] said)
    {
        if (tree.Feature.Length == 0)
        {
            for (int row = 0; row < said.Length; row++)
            {
                said[row] += tree.Leaves[0];
            }

            return;
        }

        byte[] bins = [.. tree.Feature.Select((feature, node) => BinnedRows.Bin(rows.Edges[feature], tree.Edge[node]))];
        for (int row = 0; row < said.Length; row++)
        {
            int node = 0;
            while (node >= 0)
            {
                node = rows.Bins[(row * rows.Features) + tree.Feature[node]] <= bins[node] ? tree.Left[node] : tree.Right[node];
            }

            said[row] += tree.Leaves[~node];
        }
    }
}
