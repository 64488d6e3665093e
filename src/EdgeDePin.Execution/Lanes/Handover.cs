namespace EdgeDePin.Execution.Lanes;

/// <summary>What one lane does when a task is over: counts it off from those that wait for it, and hands on what became ready.</summary>
internal sealed class Handover(LaneCrew crew, StealDeque deque)
{
    /// <summary>The run that the lane works for.</summary>
    public CrewRun Run = null!;

    /// <summary>A task that became ready and that this lane keeps for itself; -1: none.</summary>
    public int Next;

    /// <summary>Tasks that are over and not yet counted off from the run.</summary>
    public int Done;

    /// <summary>The lane's last clock reading: the end of its last task.</summary>
    public long Now;

    /// <summary>A task is over, and all that it has spawned will follow or has.</summary>
    public void Settle(int task, ExecutionOutcome outcome, bool hasSpawned)
    {
        CrewRun run = Run;
        if (run.Dispatcher is not null)
        {
            ReleaseNeeds(task);
        }

        bool good = outcome is ExecutionOutcome.Succeeded or ExecutionOutcome.FellBack;
        if (outcome != ExecutionOutcome.Succeeded && task < run.Shape.Tasks)
        {
            run.Outcomes[task] = outcome;
        }

        if (!hasSpawned)
        {
            Follow(task, good);
            return;
        }

        if (!good)
        {
            run.Growth.MarkFailed(task);
        }

        if (Interlocked.Decrement(ref run.Growth.OpenPartsOf(task)) == 0)
        {
            Follow(task, !run.Growth.HasFailed(task));
        }
    }

    /// <summary>The task and all it has spawned are over: counts it off, and counts it off from whoever waits for it.</summary>
    private void Follow(int task, bool good)
    {
        CrewRun run = Run;
        while (task >= run.Shape.Tasks)
        {
            int parent = run.Growth[task].Parent;
            if (run.IsStanding)
            {
                run.Growth.Free(task);
            }

            if (parent < 0)
            {
                Done++;
                return;
            }

            if (!good)
            {
                run.Growth.MarkFailed(parent);
            }

            Done++;
            if (Interlocked.Decrement(ref run.Growth.OpenPartsOf(parent)) != 0)
            {
                return;
            }

            good = !run.Growth.HasFailed(parent);
            if (!good && parent < run.Shape.Tasks && run.Outcomes[parent] == ExecutionOutcome.Succeeded)
            {
                run.Outcomes[parent] = ExecutionOutcome.Failed;
            }

            task = parent;
        }

        Done++;
        int[] successors = run.Shape.Successors;
        int[] missing = run.Missing;
        int until = run.Shape.SuccessorStart[task + 1];
        for (int at = run.Shape.SuccessorStart[task]; at < until; at++)
        {
            int successor = successors[at];
            if (!good)
            {
                run.Block(successor);
            }

            if (run.ReadyAt is long[] readyAt)
            {
                NoteReady(readyAt, successor, Now);
            }

            crew.Probe?.Between();
            // 1 means that all others have been counted off before: nobody else will look at it, so nobody needs to see a 0.
            if (Volatile.Read(ref missing[successor]) == 1 || Interlocked.Decrement(ref missing[successor]) == 0)
            {
                Hand(successor, mayKeep: true);
            }
        }
    }

    // Whoever counts off last need not have ended last: a lane may be held up between the two. The latest end counts.
    private static void NoteReady(long[] readyAt, int task, long stamp)
    {
        ref long latest = ref readyAt[task];
        for (long known = Volatile.Read(ref latest); known < stamp;)
        {
            long found = Interlocked.CompareExchange(ref latest, stamp, known);
            known = found == known ? stamp : found;
        }
    }

    public void ReleaseNeeds(int task)
    {
        CrewRun run = Run;
        bool more;
        lock (run.DispatcherGate)
        {
            run.Dispatcher!.Release(run.IsStanding && run.Growth[task].Work is LaneWork work ? work.Needs : run.Dispatcher.NeedsOf(task));
            more = run.Dispatcher.Ready > 0;
        }

        if (more && crew.AnyAsleep)
        {
            crew.WakeOne();
        }
    }

    /// <param name="mayKeep">Whether this lane may run it next itself, without showing it to others.</param>
    public void MakeReady(int task, long stamp, bool mayKeep)
    {
        CrewRun run = Run;
        if (run.ReadyAt is long[] readyAt)
        {
            if (task < readyAt.Length)
            {
                readyAt[task] = stamp;
            }
            else
            {
                run.Growth[task].ReadyAt = stamp;
            }
        }

        Hand(task, mayKeep);
    }

    private void Hand(int task, bool mayKeep)
    {
        CrewRun run = Run;
        if (run.Dispatcher is not null)
        {
            lock (run.DispatcherGate)
            {
                run.Dispatcher.Add(task);
            }

            crew.Probe?.Between();
        }
        else if (mayKeep && Next < 0)
        {
            Next = task;
            return;
        }
        else
        {
            deque.Push(task);
        }

        if (crew.AnyAsleep)
        {
            crew.WakeOne();
        }
    }
}
