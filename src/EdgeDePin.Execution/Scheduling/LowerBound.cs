namespace EdgeDePin.Execution.Scheduling;

/// <summary>
/// A makespan that no schedule can beat: the longest path at the fastest speed; and, for every choice of a head and a tail, that
/// head and tail plus the work of all tasks that have at least both, done by all cores together, or the time in which as many cores as
/// there are find places for so many tasks of at least such a length, since a task is not divided.
/// </summary>
public static class LowerBound
{
    /// <summary>Above this many different heads or tails a sample of them is tried; the result stays a bound.</summary>
    private const int MaxCuts = 512;

    /// <summary>Looks at tasks that counting places may take: some tenths of a second.</summary>
    private const long MaxLooks = 50_000_000;

    /// <returns>Seconds.</returns>
    /// <param name="undivided">Whether tasks stay whole (the better bound); without it, work flows to all cores like water.</param>
    public static double Of(Workload workload, bool undivided = true)
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
        double[] tailCuts = Cuts(tails, MaxCuts);
        foreach (double head in Cuts(heads, MaxCuts))
        {
            bound = Math.Max(bound, head + AfterHead(workload, heads, tails, head, tailCuts));
        }

        return undivided ? Math.Max(bound, ByPlaces(workload, heads, tails)) : bound;
    }

    // So many tasks of at least such a length need so many places: a core has one after each such length, at its speed.
    private static double ByPlaces(Workload workload, double[] heads, double[] tails)
    {
        int[] longest = [.. Enumerable.Range(0, heads.Length).OrderByDescending(task => workload.Seconds[task])];
        double[] places = Places(workload.Platform, heads.Length);
        int cuts = (int)Math.Clamp(Math.Sqrt((double)MaxLooks / Math.Max(1, heads.Length)), 8, MaxCuts);
        double[] tailCuts = Cuts(tails, cuts);
        double bound = 0;
        foreach (double head in Cuts(heads, cuts))
        {
            int[] after = [.. longest.Where(task => heads[task] >= head)];
            foreach (double tail in tailCuts)
            {
                int count = 0;
                foreach (int task in after)
                {
                    if (tails[task] >= tail)
                    {
                        bound = Math.Max(bound, head + tail + (workload.Seconds[task] * places[count++]));
                    }
                }
            }
        }

        return bound;
    }

    /// <returns>After how many lengths of a task at speed 1 there has been a first, second, third... place for it.</returns>
    private static double[] Places(Platform platform, int tasks)
    {
        var next = new PriorityQueue<(double Speed, int Round), double>();
        foreach (PlatformNode node in platform.Nodes)
        {
            for (int core = 0; core < node.Cores; core++)
            {
                next.Enqueue((node.Speed, 1), 1 / node.Speed);
            }
        }

        double[] places = new double[tasks];
        for (int at = 0; at < tasks; at++)
        {
            next.TryDequeue(out (double Speed, int Round) place, out places[at]);
            next.Enqueue((place.Speed, place.Round + 1), (place.Round + 1) / place.Speed);
        }

        return places;
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
    private static double[] Cuts(double[] values, int most)
    {
        double[] distinct = [.. values.Distinct().Order()];
        return distinct.Length <= most ? distinct
            : [.. Enumerable.Range(0, most).Select(at => distinct[(int)((long)at * (distinct.Length - 1) / (most - 1))])];
    }
}
