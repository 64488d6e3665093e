namespace EdgeDePin.Execution.Explaining;

/// <summary>
/// Where the time of all lanes went, in nanoseconds: the parts sum to makespan times lanes exactly, and each divided by the lanes sums
/// to the makespan.
/// </summary>
/// <param name="Run">Lanes were running tasks.</param>
/// <param name="Transfer">Idle while the inputs of the lane's next task travelled.</param>
/// <param name="DependencyWait">Idle, and no task was ready.</param>
/// <param name="SchedulingDelay">Idle although some task was ready.</param>
/// <param name="Tail">Idle after the last task had begun: too little left for all lanes.</param>
public sealed record Decomposition(int Lanes, long Makespan, Int128 Run, Int128 Transfer, Int128 DependencyWait, Int128 SchedulingDelay, Int128 Tail)
{
    /// <summary>Makespan times lanes.</summary>
    public Int128 Whole => (Int128)Makespan * Lanes;

    public Int128 Sum => Run + Transfer + DependencyWait + SchedulingDelay + Tail;

    public static Decomposition Of(ExecutedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        ReadyTime ready = ReadyTime.Of(run);
        long lastStart = run.Tasks == 0 ? 0 : run.Start.Max();
        Int128 running = 0, transfer = 0, waiting = 0, delayed = 0, tail = 0;
        foreach (int[] lane in run.ByLane())
        {
            long now = 0;
            foreach (int task in lane)
            {
                if (run.Start[task] > now)
                {
                    // The travel of the inputs is the last part of the gap before the task.
                    long travel = Math.Min(run.Transfer[task], run.Start[task] - now);
                    Idle(now, run.Start[task] - travel);
                    transfer += travel;
                    now = run.Start[task];
                }

                // Tasks whose work was pending may overlap on a lane; it is busy once.
                running += Math.Max(0, run.End[task] - now);
                now = Math.Max(now, run.End[task]);
            }

            Idle(now, run.Makespan);
        }

        return new Decomposition(run.Lanes.Length, run.Makespan, running, transfer, waiting, delayed, tail);

        void Idle(long from, long until)
        {
            long early = Math.Min(until, Math.Max(from, lastStart));
            tail += until - early;
            long delay = ready.Between(from, early);
            delayed += delay;
            waiting += early - from - delay;
        }
    }

    /// <summary>For how long some task was ready and not started, up to any instant.</summary>
    private sealed class ReadyTime
    {
        private readonly long[] _at;
        private readonly long[] _sum;

        private ReadyTime(long[] at, long[] sum) => (_at, _sum) = (at, sum);

        public static ReadyTime Of(ExecutedRun run)
        {
            long[] opens = [.. run.Ready];
            long[] closes = [.. run.Start];
            Array.Sort(opens, closes);
            var at = new List<long>(opens.Length) { 0 };
            var sum = new List<long>(opens.Length) { 0 };
            for (int next = 0; next < opens.Length;)
            {
                (long from, long until) = (opens[next], closes[next]);
                for (next++; next < opens.Length && opens[next] <= until; next++)
                {
                    until = Math.Max(until, closes[next]);
                }

                if (until > from)
                {
                    at.Add(from);
                    sum.Add(sum[^1]);
                    at.Add(until);
                    sum.Add(sum[^1] + until - from);
                }
            }

            return new ReadyTime([.. at], [.. sum]);
        }

        public long Between(long from, long until) => until <= from ? 0 : Until(until) - Until(from);

        private long Until(long instant)
        {
            int after = Array.BinarySearch(_at, instant);
            if (after >= 0)
            {
                return _sum[after];
            }

            after = ~after;
            if (after == _at.Length)
            {
                return _sum[^1];
            }

            // Between two points the sum either stands still or grows with time.
            return _sum[after] == _sum[after - 1] ? _sum[after] : _sum[after - 1] + instant - _at[after - 1];
        }
    }
}
