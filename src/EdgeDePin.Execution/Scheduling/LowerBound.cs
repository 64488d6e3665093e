namespace EdgeDePin.Execution.Scheduling;

/// <summary>
/// A makespan that no schedule can beat: the longest path at the fastest speed; and, for every choice of a head and a tail, that
/// head and tail plus the work of all tasks that have at least both, done by all cores together.
/// </summary>
public static class LowerBound
{
    /// <summary>Above this many different heads or tails a sample of them is tried; the result stays a bound.</summary>
    private const int MaxCuts = 512;

    /// <returns>Seconds.</returns>
    public static double Of(Workload workload)
    {
        ArgumentNullException.ThrowIfNull(workload);
        double fastest = workload.Platform.FastestSpeed;
        double[] ranks = workload.UpwardRanks(workload.Seconds, fastest, withTransfer: false);
        double[] tails = new double[ranks.Length];
        double[] heads = new double[ranks.Length];
        foreach (int task in workload.Order)
        {
            tails[task] = ranks[task] - (workload.Seconds[task] / fastest);
            foreach (int before in workload.Shape.DependenciesOf(task))
            {
                heads[task] = Math.Max(heads[task], heads[before] + (workload.Seconds[before] / fastest));
            }
        }

        double bound = ranks.Length == 0 ? 0 : ranks.Max();
        double[] tailCuts = Cuts(tails);
        foreach (double head in Cuts(heads))
        {
            bound = Math.Max(bound, head + AfterHead(workload, heads, tails, head, tailCuts));
        }

        return bound;
    }

    private static double AfterHead(Workload workload, double[] heads, double[] tails, double head, double[] tailCuts)
    {
        double[] work = new double[tailCuts.Length];
        for (int task = 0; task < heads.Length; task++)
        {
            if (heads[task] >= head)
            {
                int at = Array.BinarySearch(tailCuts, tails[task]);
                work[at >= 0 ? at : ~at - 1] += workload.Seconds[task];
            }
        }

        double best = 0, sum = 0;
        for (int cut = tailCuts.Length - 1; cut >= 0; cut--)
        {
            sum += work[cut];
            best = Math.Max(best, sum > 0 ? tailCuts[cut] + (sum / workload.Platform.TotalSpeed) : 0);
        }

        return best;
    }

    // Ascending, and always with the smallest, so that every task is at or above some cut.
    private static double[] Cuts(double[] values)
    {
        double[] distinct = [.. values.Distinct().Order()];
        return distinct.Length <= MaxCuts ? distinct
            : [.. Enumerable.Range(0, MaxCuts).Select(at => distinct[(int)((long)at * (distinct.Length - 1) / (MaxCuts - 1))])];
    }
}
